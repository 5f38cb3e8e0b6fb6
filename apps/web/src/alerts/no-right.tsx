import { t } from '@repo/ui/words'
/** Why buttons of this page cannot be pressed; they name it in their `aria-describedby`. */
export function NoRight() {
  return (
    <p id="no-right" className="mb-3 text-13 text-muted">
      {t('It takes the role member to change this. An owner or an admin can give it to you.')}
    </p>
  )
}
