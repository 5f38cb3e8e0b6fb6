'use client'
import { t } from '@repo/ui/words'
import { type MouseEvent, useId } from 'react'
import { followLink } from '../navigation.ts'

interface RailMoreProps {
  current: boolean
  onHelp: () => void
  onFind: () => void
}

/** What has no room in the bar of a phone. The browser's own popover: Escape and a touch beside it close it. */
export function RailMore({ current, onHelp, onFind }: RailMoreProps) {
  const id = useId()
  const close = () => document.getElementById(id)?.hidePopover()
  const deeds = [
    [t('Find'), onFind],
    [t('Keyboard shortcuts'), onHelp],
  ] as const
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    close()
    followLink(event)
  }
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        data-current={current || undefined}
        className="flex min-h-14 w-full flex-col items-center justify-center gap-1 rounded-control px-1 font-medium text-muted outline-offset-[-2px] hover:bg-hover data-current:text-fg"
      >
        <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
          <path d="M3 6.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8m5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8m5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8" />
        </svg>
        <span className="text-12">{t('More')}</span>
      </button>
      <div
        id={id}
        popover="auto"
        className="inset-auto right-2 bottom-18 m-0 min-w-48 rounded-card border border-line bg-surface p-1 text-fg shadow-overlay"
      >
        <ul>
          <li>
            <a href="/status-pages" onClick={follow} className={item}>
              {t('Status pages')}
            </a>
          </li>
          <li>
            <a href="/maintenance" onClick={follow} className={item}>
              {t('Maintenance')}
            </a>
          </li>
          <li>
            <a href="/settings" onClick={follow} className={item}>
              {t('Settings')}
            </a>
          </li>
          <li>
            <a href="/system" onClick={follow} className={item}>
              {t('System')}
            </a>
          </li>
          {deeds.map(([word, does]) => (
            <li key={word}>
              <button
                type="button"
                onClick={() => {
                  close()
                  does()
                }}
                className={item}
              >
                {word}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

const item = 'flex min-h-11 w-full items-center rounded-control px-3 text-left hover:bg-hover'
