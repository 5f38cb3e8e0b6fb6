'use client'
import { Dialog } from '@repo/ui/dialog'
import { Kbd } from '@repo/ui/kbd'
import { rich, t } from '@repo/ui/words'
import { shortcutList } from './shortcuts.ts'

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('Keyboard shortcuts')} onClose={onClose}>
      <dl>
        {shortcutList.map(({ keys, does }) => (
          <div key={does} className="flex items-center justify-between border-line border-t py-2 first:border-t-0">
            <dt>{t(does)}</dt>
            <dd className="flex gap-1 text-muted">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex items-center gap-1 text-muted">
        {rich('{ctrl} {k} or {command} {k} finds all of it by name.', {
          ctrl: <Kbd>Ctrl</Kbd>,
          command: <Kbd>⌘</Kbd>,
          k: <Kbd>K</Kbd>,
        })}
      </p>
      <p className="mt-3 text-12 text-muted">
        {t('They rest while you type, and can be switched off in the settings.')}
      </p>
    </Dialog>
  )
}
