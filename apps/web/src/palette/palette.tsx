'use client'
import { Dialog } from '@repo/ui/dialog'
import { Kbd } from '@repo/ui/kbd'
import { StatusGlyph, statusWord } from '@repo/ui/status'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useMemo, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { navigate } from '../navigation.ts'
import { offeredShortcuts } from '../shell/shortcuts.ts'
import {
  actionItems,
  matching,
  monitorItem,
  type PaletteGroup,
  type PaletteItem,
  placeItems,
  typedUrl,
} from './palette-items.ts'
import { addRecent, readRecent } from './recent.ts'
import { useFoundMonitors } from './use-found-monitors.ts'

const MONITORS_SHOWN = 8

interface PaletteProps {
  onClose: () => void
  /** Nothing where whoever looks may not add one. */
  onCreate: ((url: string) => void) | undefined
}

/** Goes to any monitor or screen, and does what the keys do here, by typing a part of its name. */
export function Palette({ onClose, onCreate }: PaletteProps) {
  const [text, setText] = useState('')
  // As it was when it was opened: the keys of a screen rest while a dialog is open.
  const [offered] = useState(offeredShortcuts)
  const { groups, found, session } = useGroups(text, offered)
  const url = typedUrl(text)
  const choose = (item: PaletteItem) => {
    if (session) addRecent(session.workspace.id, item)
    onClose()
    const { does } = item
    if (does.kind === 'go') navigate(does.href)
    // The dialog gives the focus back first, and another one may open.
    else setTimeout(() => offered.get(does.key)?.())
  }
  return (
    <Dialog title={t('Go to or do')} onClose={onClose} isBare>
      <Command shouldFilter={false} loop label={t('Go to or do')}>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder={t('Go to a monitor or a screen, or do something')}
          className="h-12 w-full border-line border-b bg-transparent px-4 text-16 outline-none placeholder:text-muted"
        />
        <Command.List className="max-h-[min(420px,60dvh)] overflow-y-auto p-2">
          {groups.map(({ heading, items }) => (
            <Command.Group
              key={heading}
              heading={heading}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted"
            >
              {items.map((item) => (
                <Line key={`${heading} ${item.id}`} value={`${heading} ${item.id}`} item={item} onChoose={choose} />
              ))}
            </Command.Group>
          ))}
          {url && onCreate && (
            <Command.Item
              value="create"
              onSelect={() => {
                onClose()
                onCreate(url)
              }}
              className={lineLook}
            >
              <span>
                {rich('Add a monitor of {url}', { url: <span className="num [overflow-wrap:anywhere]">{url}</span> })}
              </span>
            </Command.Item>
          )}
          <Command.Empty className="px-2 py-6 text-center text-muted">
            {found.isSearching ? t('Searching …') : t('Nothing is called “{text}”.', { text: text.trim() })}
          </Command.Empty>
        </Command.List>
        {found.isOffline && (
          <p role="status" className="border-line border-t px-4 py-2 text-12 text-degraded-fg">
            {t('The server cannot be reached: only what is loaded is found.')}
          </p>
        )}
      </Command>
    </Dialog>
  )
}

function useGroups(text: string, offered: ReadonlyMap<string, () => void>) {
  const { data: session } = useQuery(sessionQuery)
  const found = useFoundMonitors(text)
  const role = session?.workspace.role ?? 'viewer'
  const isEmpty = text.trim() === ''
  const groups = useMemo((): PaletteGroup[] => {
    const recent = isEmpty && session ? readRecent(session.workspace.id) : []
    const monitors = isEmpty ? [] : matching(found.monitors.map(monitorItem), text).slice(0, MONITORS_SHOWN)
    const keys = new Set(offered.keys())
    const all = [
      { heading: t('Here'), items: matching(actionItems(keys, 'here'), text) },
      { heading: t('Chosen last'), items: recent },
      { heading: t('Monitors'), items: monitors },
      { heading: t('Go to'), items: matching(placeItems(role), text) },
      { heading: t('Do'), items: matching(actionItems(keys, 'everywhere'), text) },
    ]
    return all.filter(({ items }) => items.length > 0)
  }, [found.monitors, isEmpty, offered, role, session, text])
  return { groups, found, session }
}

const lineLook =
  'flex min-h-9 pointer-coarse:min-h-11 cursor-default items-center gap-2.5 rounded-control px-2 py-1.5 data-[selected=true]:bg-hover data-[selected=true]:shadow-[inset_2px_0_0_var(--accent)]'

interface LineProps {
  item: PaletteItem
  /** The same item may stand in two groups. */
  value: string
  onChoose: (item: PaletteItem) => void
}

function Line({ item, value, onChoose }: LineProps) {
  const { label, keys, monitor } = item
  return (
    <Command.Item value={value} onSelect={() => onChoose(item)} className={lineLook}>
      {monitor && <StatusGlyph status={monitor.status} />}
      <span className={`min-w-0 truncate ${monitor ? 'max-w-[60%] shrink-0' : ''}`}>{label}</span>
      {monitor && (
        <>
          <span className="sr-only">{statusWord[monitor.status]}</span>
          <span className="num min-w-0 truncate text-12 text-muted">{monitor.target}</span>
        </>
      )}
      <span className="ml-auto flex gap-1 text-muted">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </Command.Item>
  )
}
