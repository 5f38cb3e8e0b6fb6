'use client'
import { buttonClass } from '@repo/ui/button'
import { followLink } from '../navigation.ts'

export function Missing({ what }: { what: 'page' | 'monitor' | 'incident' }) {
  return (
    <div className="flex max-w-120 flex-col gap-4 pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">There is no {what} here.</h1>
      <p className="text-muted">The address may have a typing error, or what it named was deleted.</p>
      <p>
        <a
          href={what === 'incident' ? '/incidents' : '/monitors'}
          onClick={followLink}
          className={buttonClass('primary')}
        >
          Go to the {what === 'incident' ? 'incidents' : 'monitors'}
        </a>
      </p>
    </div>
  )
}
