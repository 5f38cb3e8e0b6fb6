'use client'
import { announcement } from '../live/live-state.ts'
import { createObservable, useObservable } from '../observable.ts'

interface Notice {
  readonly text: string
  readonly failed: boolean
}

const notice = createObservable<Notice | undefined>(undefined)
let timer: ReturnType<typeof setTimeout> | undefined

/** The result of the person's own action, at the bottom of the screen. A failure is told at once and stays longer. */
export function notify(text: string, { failed = false } = {}): void {
  clearTimeout(timer)
  notice.set({ text, failed })
  timer = setTimeout(() => notice.set(undefined), failed ? 10_000 : 4_000)
}

export function Notices() {
  const current = useObservable(notice)
  const news = useObservable(announcement)
  return (
    <>
      <p role="status" className="sr-only">
        {current && !current.failed ? current.text : news}
      </p>
      {current && (
        <div
          role={current.failed ? 'alert' : undefined}
          className={`fixed bottom-4 left-1/2 z-30 flex max-w-[calc(100vw-32px)] -translate-x-1/2 items-center gap-3 rounded-card border bg-surface py-2 pr-2 pl-4 shadow-overlay max-md:bottom-20 ${current.failed ? 'border-down-fg text-down-fg' : 'border-line'}`}
        >
          {current.text}
          <button
            type="button"
            className="rounded-control px-2 py-1 text-13 text-muted hover:bg-hover"
            onClick={() => notice.set(undefined)}
          >
            Close
          </button>
        </div>
      )}
    </>
  )
}
