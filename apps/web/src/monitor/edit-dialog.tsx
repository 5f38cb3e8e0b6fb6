import type { Monitor } from '@repo/contracts/monitors'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useUnsaved } from '../form/use-unsaved.tsx'
import { draftOf } from '../monitors/monitor-draft.ts'
import { MonitorForm } from '../monitors/monitor-form.tsx'
import { useSaveMonitor } from '../monitors/use-save-monitor.ts'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { DependencyFields } from './dependency-fields.tsx'

export function EditDialog({ monitor, onClose }: { monitor: Monitor; onClose: () => void }) {
  const mayChange = useMay('member')
  const [isUnsaved, setIsUnsaved] = useState(false)
  const { question, release, ask } = useUnsaved(isUnsaved)
  const { save, isSaving, errors } = useSaveMonitor(() => {
    release()
    onClose()
    notify(t('Saved.'))
  }, monitor)
  const close = () => (isSaving ? onClose() : ask(onClose))
  const name = { name: monitor.name }
  return (
    <Dialog title={mayChange ? t('Edit {name}', name) : t('Settings of {name}', name)} onClose={close} wide>
      <MonitorForm
        initial={draftOf(monitor)}
        errors={errors}
        isSaving={isSaving}
        saveLabel={t('Save')}
        unfolded
        current={monitor}
        onChange={() => setIsUnsaved(true)}
        onSave={save}
        onCancel={close}
      />
      {mayChange && <DependencyFields id={monitor.id} />}
      {question}
    </Dialog>
  )
}
