'use client'
import { t } from '@repo/ui/words'
import { announcement } from '../live/live-state.ts'
import { createObservable, useObservable } from '../observable.ts'

interface NoticeAction {
  readonly text: string
  run(): void
}

interface Notice {
  readonly text: string
  readonly failed: boolean
  readonly action: NoticeAction | undefined
}

/** For so long what was done can be taken back by the notice of it. */
export const UNDO_MS = 8_000

const notice = createObservable<Notice | undefined>(undefined)
let timer: ReturnType<typeof setTimeout> | undefined

/** The result of the person's own action, at the bottom of the screen. A failure is told at once and stays longer. */
export function notify(
  text: string,
  { failed = false, action }: { failed?: boolean; action?: NoticeAction } = {},
): void {
  clearTimeout(timer)
  notice.set({ text, failed, action })
  timer = setTimeout(() => notice.set(undefined), failed ? 10_000 : action ? UNDO_MS : 4_000)
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
          className={`fixed bottom-4 left-1/2 z-30 flex w-max max-w-[calc(100vw-32px)] -translate-x-1/2 items-center gap-3 rounded-card border bg-surface py-2 pr-2 pl-4 shadow-overlay max-md:bottom-20 ${current.failed ? 'border-down-fg text-down-fg' : 'border-line'}`}
        >
          {current.text}
          {current.action && <ActionButton {...current.action} />}
          <button
            type="button"
            className="rounded-control px-2 py-1 text-13 text-muted hover:bg-hover"
            onClick={() => notice.set(undefined)}
          >
            {t('Close')}
          </button>
        </div>
      )}
    </>
  )
}

function ActionButton({ text, run }: NoticeAction) {
  return (
    <button
      type="button"
      className="rounded-control px-2 py-1 text-13 font-medium text-accent hover:bg-hover"
      onClick={() => {
        notice.set(undefined)
        run()
      }}
    >
      {text}
    </button>
  )
}
