'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteMonitor, keys } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'

/** A monitor takes its history with it, so its name is typed before it goes. */
export function DeleteDialog({ monitor, onClose }: { monitor: Monitor; onClose: () => void }) {
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => deleteMonitor(monitor.id),
    onSuccess: async () => {
      onClose()
      navigate('/monitors')
      notify(t('{name} is deleted.', { name: monitor.name }))
      client.removeQueries({ queryKey: keys.monitor(monitor.id) })
      await client.invalidateQueries({ queryKey: keys.lists })
      await client.invalidateQueries({ queryKey: keys.counts })
    },
  })
  const matches = typed.trim() === monitor.name
  return (
    <Dialog title={t('Delete this monitor?')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (matches && !isPending) mutate()
        }}
      >
        <p>
          {rich('{name} and all of its checks will be gone. This cannot be undone.', {
            name: <strong className="font-bold break-words">{monitor.name}</strong>,
          })}
        </p>
        <TextField
          id="delete-name"
          label={t('Type its name to confirm')}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={error ? failureText(error) : undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Keep it')}</Button>
          <Button type="submit" look="danger" disabled={!matches || isPending}>
            {isPending ? t('Deleting…') : t('Delete')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
