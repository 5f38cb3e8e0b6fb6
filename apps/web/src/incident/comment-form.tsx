'use client'
import { Button } from '@repo/ui/button'
import { useState } from 'react'
import { addComment } from '../api/incident-queries.ts'
import { useMay } from '../shell/use-may.ts'
import { MarkdownField } from './markdown-field.tsx'
import { useChange } from './use-change.ts'

export function CommentForm({ id }: { id: string }) {
  const [text, setText] = useState('')
  const mayChange = useMay('member')
  const { mutate, isPending } = useChange(id)
  if (!mayChange) return <p className="text-13 text-muted">A member, an admin or an owner can comment.</p>
  return (
    <form
      className="flex flex-col gap-2 print:hidden"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '' || isPending) return
        mutate({ act: () => addComment(id, text), done: 'Your comment is there.' }, { onSuccess: () => setText('') })
      }}
    >
      <MarkdownField id="comment" label="Comment" rows={3} value={text} onText={setText} />
      <div className="flex justify-end">
        <Button type="submit" disabled={isPending || text.trim() === ''}>
          {isPending ? 'Sending…' : 'Comment'}
        </Button>
      </div>
    </form>
  )
}
