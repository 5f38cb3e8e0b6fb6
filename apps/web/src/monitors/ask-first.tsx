import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'

interface AskFirstProps {
  title: string
  discard: () => void
  stay: () => void
}

/** Before a form is closed in which something was typed. */
export function AskFirst({ title, discard, stay }: AskFirstProps) {
  return (
    <Dialog title={title} onClose={stay}>
      <p className="mb-4">{t('What you typed here would be lost.')}</p>
      <div className="flex justify-end gap-2">
        <Button look="danger" onClick={discard}>
          {t('Discard')}
        </Button>
        <Button look="primary" onClick={stay}>
          {t('Keep editing')}
        </Button>
      </div>
    </Dialog>
  )
}
