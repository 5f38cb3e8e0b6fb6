import { t } from '@repo/ui/words'
import { followLink } from '../navigation.ts'

/** The way back to the list that a screen is one of. */
export function Breadcrumb({ href, text }: { href: string; text: string }) {
  return (
    <nav aria-label={t('Breadcrumb')} className="text-12 print:hidden">
      <a
        href={href}
        onClick={followLink}
        className="hit-area relative z-1 inline-flex min-h-6 items-center text-muted hover:text-fg"
      >
        ← {text}
      </a>
    </nav>
  )
}
