'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { draftOf } from '../monitors/monitor-draft.ts'
import { MonitorForm } from '../monitors/monitor-form.tsx'
import { useSaveMonitor } from '../monitors/use-save-monitor.ts'
import { notify } from '../shell/notices.tsx'
import { DependencyFields } from './dependency-fields.tsx'

export function EditDialog({ monitor, onClose }: { monitor: Monitor; onClose: () => void }) {
  const { save, isSaving, errors } = useSaveMonitor(() => {
    onClose()
    notify(t('Saved.'))
  }, monitor)
  return (
    <Dialog title={t('Edit {name}', { name: monitor.name })} onClose={onClose}>
      <MonitorForm
        initial={draftOf(monitor)}
        errors={errors}
        isSaving={isSaving}
        saveLabel={t('Save')}
        unfolded
        onSave={save}
        onCancel={onClose}
      />
      <DependencyFields id={monitor.id} />
    </Dialog>
  )
}
