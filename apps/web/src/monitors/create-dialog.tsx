'use client'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useUnsaved } from '../alerts/use-unsaved.tsx'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { AskFirst } from './ask-first.tsx'
import { newDraft } from './monitor-draft.ts'
import { MonitorForm } from './monitor-form.tsx'
import { useSaveMonitor } from './use-save-monitor.ts'

export function CreateDialog({ initialUrl, onClose }: { initialUrl: string; onClose: () => void }) {
  const [isUnsaved, setIsUnsaved] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const { question, release } = useUnsaved(isUnsaved)
  const { save, isSaving, errors } = useSaveMonitor((monitor) => {
    release()
    onClose()
    notify(t('{name} is watched.', { name: monitor.name }))
    navigate('/monitors')
  })
  const close = () => (isUnsaved && !isSaving ? setIsAsking(true) : onClose())
  return (
    <Dialog title={t('Add a monitor')} onClose={close} wide>
      <MonitorForm
        initial={newDraft(initialUrl)}
        errors={errors}
        isSaving={isSaving}
        saveLabel={t('Add monitor')}
        unfolded={false}
        onChange={() => setIsUnsaved(true)}
        onSave={save}
        onCancel={close}
      />
      {question}
      {isAsking && <AskFirst title={t('Close without adding it?')} discard={onClose} stay={() => setIsAsking(false)} />}
    </Dialog>
  )
}
