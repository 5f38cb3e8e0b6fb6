'use client'
import type { IncidentDetail } from '@repo/contracts/incidents'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { msg, t } from '@repo/ui/words'
import { useState } from 'react'
import { savePostmortem } from '../api/incident-queries.ts'
import { useMay } from '../shell/use-may.ts'
import { MarkdownField } from './markdown-field.tsx'
import { useChange } from './use-change.ts'
import { Written } from './written.tsx'

const draft = msg('## What happened\n\n\n## Why\n\n\n## What follows from it\n\n')

/** What it was and what follows from it. What somebody else wrote meanwhile is not written over. */
export function PostmortemPanel({ incident }: { incident: IncidentDetail }) {
  const { postmortem } = incident
  const [edited, setEdited] = useState<{ text: string; from: string; version: number }>()
  const mayChange = useMay('member')
  const { mutate, isPending } = useChange(incident.id)
  const own = postmortem?.text ?? ''
  const begin = () => setEdited({ text: own || t(draft), from: own, version: incident.version })
  const save = ({ text, from, version }: NonNullable<typeof edited>) => {
    // An acknowledgement meanwhile is no other text.
    const seen = from === own ? incident.version : version
    mutate(
      { act: () => savePostmortem({ id: incident.id, version: seen }, text), done: t('The post-mortem is saved.') },
      { onSuccess: () => setEdited(undefined) },
    )
  }
  const action = !edited && (
    <Button
      className="print:hidden"
      disabled={!mayChange}
      title={mayChange ? undefined : t('A member, an admin or an owner can write it.')}
      onClick={begin}
    >
      {postmortem ? t('Edit') : t('Write it')}
    </Button>
  )
  return (
    <Panel title={t('Post-mortem')} action={action} className={postmortem ? '' : 'print:hidden'}>
      {edited ? (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isPending) save(edited)
          }}
        >
          <MarkdownField
            id="postmortem"
            label={t('Post-mortem')}
            rows={14}
            value={edited.text}
            onText={(text) => setEdited({ ...edited, text })}
          />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setEdited(undefined)}>{t('Cancel')}</Button>
            <Button type="submit" look="primary" disabled={isPending}>
              {isPending ? t('Saving…') : t('Save')}
            </Button>
          </div>
        </form>
      ) : postmortem ? (
        <Written html={postmortem.html} />
      ) : (
        <p className="text-muted">{t('Nobody has written down yet what it was.')}</p>
      )}
    </Panel>
  )
}
