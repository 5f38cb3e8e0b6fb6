'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { Dialog } from '@repo/ui/dialog'
import { draftOf } from '../monitors/monitor-draft.ts'
import { MonitorForm } from '../monitors/monitor-form.tsx'
import { useSaveMonitor } from '../monitors/use-save-monitor.ts'
import { notify } from '../shell/notices.tsx'
import { DependencyFields } from './dependency-fields.tsx'

export function EditDialog({ monitor, onClose }: { monitor: Monitor; onClose: () => void }) {
  const { save, isSaving, errors } = useSaveMonitor(() => {
    onClose()
    notify('Saved.')
  }, monitor)
  return (
    <Dialog title={`Edit ${monitor.name}`} onClose={onClose}>
      <MonitorForm
        initial={draftOf(monitor)}
        errors={errors}
        isSaving={isSaving}
        saveLabel="Save"
        unfolded
        onSave={save}
        onCancel={onClose}
      />
      <DependencyFields id={monitor.id} />
    </Dialog>
  )
}
