'use client'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useUnsaved } from '../form/use-unsaved.tsx'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { newDraft } from './monitor-draft.ts'
import { MonitorForm } from './monitor-form.tsx'
import { useSaveMonitor } from './use-save-monitor.ts'

export function CreateDialog({ initialUrl, onClose }: { initialUrl: string; onClose: () => void }) {
  const [isUnsaved, setIsUnsaved] = useState(false)
  const { question, release, ask } = useUnsaved(isUnsaved)
  const { save, isSaving, errors } = useSaveMonitor((monitor) => {
    release()
    onClose()
    notify(t('{name} is watched.', { name: monitor.name }))
    navigate('/monitors')
  })
  const close = () => (isSaving ? onClose() : ask(onClose))
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
    </Dialog>
  )
}
