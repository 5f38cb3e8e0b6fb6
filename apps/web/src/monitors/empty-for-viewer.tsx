import { t } from '@repo/ui/words'

/** Nothing is there, and whoever looks may add nothing. */
export function EmptyForViewer() {
  return (
    <div className="max-w-160 pt-6 md:pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Nothing is watched yet.')}</h1>
      <p className="mt-2 text-16 text-muted">
        {t('A member, an admin or an owner of this workspace can add monitors.')}
      </p>
    </div>
  )
}
