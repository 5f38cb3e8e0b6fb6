'use client'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { addComment } from '../api/incident-queries.ts'
import { useMay } from '../shell/use-may.ts'
import { MarkdownField } from './markdown-field.tsx'
import { useChange } from './use-change.ts'

export function CommentForm({ id }: { id: string }) {
  const [text, setText] = useState('')
  const mayChange = useMay('member')
  const { mutate, isPending } = useChange(id)
  if (!mayChange) return <p className="text-13 text-muted">{t('A member, an admin or an owner can comment.')}</p>
  return (
    <form
      className="flex flex-col gap-2 print:hidden"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '' || isPending) return
        mutate({ act: () => addComment(id, text), done: t('Your comment is there.') }, { onSuccess: () => setText('') })
      }}
    >
      <MarkdownField id="comment" label={t('Comment')} rows={3} value={text} onText={setText} />
      <div className="flex justify-end">
        <Button type="submit" disabled={isPending || text.trim() === ''}>
          {isPending ? t('Sending…') : t('Comment')}
        </Button>
      </div>
    </form>
  )
}
