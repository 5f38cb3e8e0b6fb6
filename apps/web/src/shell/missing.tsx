'use client'
import { buttonClass } from '@repo/ui/button'
import { msg, t } from '@repo/ui/words'
import { followLink } from '../navigation.ts'

const texts = {
  page: msg('There is no page here.'),
  monitor: msg('There is no monitor here.'),
  incident: msg('There is no incident here.'),
}

export function Missing({ what }: { what: 'page' | 'monitor' | 'incident' }) {
  return (
    <div className="flex max-w-120 flex-col gap-4 pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t(texts[what])}</h1>
      <p className="text-muted">{t('The address may have a typing error, or what it named was deleted.')}</p>
      <p>
        <a
          href={what === 'incident' ? '/incidents' : '/monitors'}
          onClick={followLink}
          className={buttonClass('primary')}
        >
          {what === 'incident' ? t('Go to the incidents') : t('Go to the monitors')}
        </a>
      </p>
    </div>
  )
}
