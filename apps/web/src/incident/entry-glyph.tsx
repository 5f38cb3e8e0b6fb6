import type { Entry } from '@repo/contracts/incidents'
import type { Status } from '@repo/domain/status'
import { StatusGlyph } from '@repo/ui/status'
import { textIn } from './entry-body.ts'

/** Decorative: the words stand beside it. */
export function EntryGlyph({ entry }: { entry: Entry }) {
  const status = statusOf(entry)
  if (status) return <StatusGlyph status={status} />
  const path = paths[entry.kind] ?? paths.other
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="text-muted"
    >
      {path}
    </svg>
  )
}

function statusOf({ kind, body }: Entry): Status | undefined {
  switch (kind) {
    case 'first_failure':
    case 'region_failing':
      return textIn(body, 'verdict') === 'degraded' ? 'degraded' : 'down'
    case 'opened':
    case 'severity':
      return textIn(body, 'severity') === 'degraded' ? 'degraded' : 'down'
    case 'reopened':
      return 'down'
    case 'region_passing':
    case 'resolved':
      return 'up'
    case 'status':
      return 'unknown'
    case 'told':
      return textIn(body, 'state') === 'accepted' ? undefined : 'down'
    default:
      return undefined
  }
}

const paths: Record<string, React.ReactNode> = {
  told: <path d="M1.8 3.5h12.4v9H1.8zM2 4l6 5 6-5" />,
  acknowledged: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  unacknowledged: <path d="M3 8h10" />,
  assigned: <path d="M8 7.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM2.8 14c.4-2.8 2.4-4.2 5.2-4.2s4.8 1.4 5.2 4.2" />,
  comment: <path d="M2 3h12v8H7l-3 2.8V11H2z" />,
  postmortem: <path d="M4 1.8h6l2.5 2.5v9.9H4zM6 7h4.5M6 10h4.5" />,
  merged: <path d="M4 2v3c0 3 8 3 8 6v3M12 2v3c0 1-.8 1.6-2 2.200" />,
  storm: <path d="M9 1.8 4 9h4l-1 5.2L12 7H8z" />,
  other: <path d="M8 8v.1" />,
}
