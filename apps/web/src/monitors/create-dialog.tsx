'use client'
import { Dialog } from '@repo/ui/dialog'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { newDraft } from './monitor-draft.ts'
import { MonitorForm } from './monitor-form.tsx'
import { useSaveMonitor } from './use-save-monitor.ts'

export function CreateDialog({ initialUrl, onClose }: { initialUrl: string; onClose: () => void }) {
  const { save, isSaving, errors } = useSaveMonitor((monitor) => {
    onClose()
    notify(`${monitor.name} is watched.`)
    navigate('/monitors')
  })
  return (
    <Dialog title="Add a monitor" onClose={onClose}>
      <MonitorForm
        initial={newDraft(initialUrl)}
        errors={errors}
        isSaving={isSaving}
        saveLabel="Add monitor"
        unfolded={false}
        onSave={save}
        onCancel={onClose}
      />
    </Dialog>
  )
}
