import type { Monitor } from '@repo/contracts/monitors'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useUnsaved } from '../alerts/use-unsaved.tsx'
import { AskFirst } from '../monitors/ask-first.tsx'
import { draftOf } from '../monitors/monitor-draft.ts'
import { MonitorForm } from '../monitors/monitor-form.tsx'
import { useSaveMonitor } from '../monitors/use-save-monitor.ts'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { DependencyFields } from './dependency-fields.tsx'

export function EditDialog({ monitor, onClose }: { monitor: Monitor; onClose: () => void }) {
  const mayChange = useMay('member')
  const [isUnsaved, setIsUnsaved] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const { question, release } = useUnsaved(isUnsaved)
  const { save, isSaving, errors } = useSaveMonitor(() => {
    release()
    onClose()
    notify(t('Saved.'))
  }, monitor)
  const close = () => (isUnsaved && !isSaving ? setIsAsking(true) : onClose())
  const name = { name: monitor.name }
  return (
    <Dialog title={mayChange ? t('Edit {name}', name) : t('Settings of {name}', name)} onClose={close}>
      <MonitorForm
        initial={draftOf(monitor)}
        errors={errors}
        isSaving={isSaving}
        saveLabel={t('Save')}
        unfolded
        onChange={() => setIsUnsaved(true)}
        onSave={save}
        onCancel={close}
      />
      {mayChange && <DependencyFields id={monitor.id} />}
      {question}
      {isAsking && <AskFirst title={t('Close without saving?')} discard={onClose} stay={() => setIsAsking(false)} />}
    </Dialog>
  )
}
