import type { ComponentProps } from 'react'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look
}

const base =
  'inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-control px-3 text-14 font-medium whitespace-nowrap transition-colors disabled:opacity-60 pointer-coarse:h-11'

const looks: Record<Look, string> = {
  primary: 'bg-fg text-bg hover:bg-fg/88 border border-transparent',
  secondary: 'border border-control/50 bg-surface text-fg hover:bg-hover',
  quiet: 'text-muted hover:bg-hover hover:text-fg border border-transparent',
  danger: 'border border-down-fg/60 bg-surface text-down-fg hover:bg-down-tint',
}

export function Button({ look = 'secondary', className = '', type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={`${base} ${looks[look]} ${className}`} {...rest} />
}

/** The look of a button for an element that is none, such as a link. */
export function buttonClass(look: Look): string {
  return `${base} ${looks[look]}`
}
