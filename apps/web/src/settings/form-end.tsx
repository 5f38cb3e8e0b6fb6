'use client'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'

interface FormEndProps {
  failure: string | undefined
  isBusy: boolean
  /** What is done, as the button says it: "Save", "Saving…". */
  verb: readonly [string, string]
  look?: 'primary' | 'danger'
  /** Not before a person has said that they are sure. */
  isReady?: boolean
  onCancel: () => void
}

/** The end of a form in a dialog: what is wrong with the whole, and the buttons. */
export function FormEnd({ failure, isBusy, verb, look = 'primary', isReady = true, onCancel }: FormEndProps) {
  return (
    <>
      {failure && (
        <p role="alert" className="text-down-fg">
          {failure}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t('Cancel')}</Button>
        <Button type="submit" look={look} disabled={isBusy || !isReady}>
          {isBusy ? verb[1] : verb[0]}
        </Button>
      </div>
    </>
  )
}
