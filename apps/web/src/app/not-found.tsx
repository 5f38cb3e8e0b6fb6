import { buttonClass } from '@repo/ui/button'
import { Mark } from '@repo/ui/mark'
import { t } from '@repo/ui/words'

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-120 flex-col justify-center gap-4 p-6">
      <Mark size={32} />
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('There is no page here.')}</h1>
      <p className="text-muted">{t('The address may have a typing error, or what it named was deleted.')}</p>
      <p>
        <a href="/monitors" className={buttonClass('primary')}>
          {t('Go to the monitors')}
        </a>
      </p>
    </main>
  )
}
