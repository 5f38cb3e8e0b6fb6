/** What is told: a value that holds all that a message can say, whatever channel carries it. */
export interface Alert {
  readonly event: AlertEvent
  readonly workspaceName: string
  /** What it is about; null where it is about the workspace as a whole, as a digest and a test are. */
  readonly subject: AlertSubject | null
  /** When what is told began, in milliseconds since the epoch. */
  readonly sinceMs: number
  /** How long it lasted, where it is over. */
  readonly durationMs: number | null
  readonly cause: AlertCause | null
  /** Which regions find it failing, and of how many; null where regions have no say in it. */
  readonly regions: { readonly failing: readonly string[]; readonly total: number } | null
  /** One line of what was seen: `HTTP 503 after 212 ms from 192.0.2.7`. */
  readonly evidence: string | null
  /** The newest checks, oldest first, as `▁▁▂▁✕✕✕`. */
  readonly tickLine: string | null
  /** Of a storm: the first ten, and how many there are together. */
  readonly storm: { readonly trait: string; readonly members: readonly string[]; readonly count: number } | null
  readonly links: AlertLinks
  /** The alert policy by which somebody is told. */
  readonly policyName: string | null
  /** One for all that is told of an incident: receivers fold what carries the same. */
  readonly dedupKey: string
  /** One for an event on a channel, the same in every attempt: receivers drop what they have had. */
  readonly deliveryKey: string
}

export const alertEvents = [
  'down',
  'degraded',
  'recovered',
  'reopened',
  /** It was down and is up again, told at once as the first could not be told in time. */
  'was_down',
  'storm',
  'advisory',
  'warning',
  'acknowledged',
  'digest',
  'test',
] as const
export type AlertEvent = (typeof alertEvents)[number]

export interface AlertSubject {
  readonly kind: 'monitor' | 'group'
  readonly id: string
  readonly name: string
  /** `https://shop.example/`; null where it has none. */
  readonly target: string | null
}

export interface AlertCause {
  readonly code: string
  /** In words: `the certificate expired 3 days ago`. */
  readonly message: string
}

/** Where to go from a message; null where there is nothing to be done, or the instance does not know its address. */
export interface AlertLinks {
  readonly open: string | null
  readonly acknowledge: string | null
  readonly pause: string | null
  /** Where whoever is written to ends that; of mail alone. */
  readonly unsubscribe: string | null
}

export const noLinks: AlertLinks = { open: null, acknowledge: null, pause: null, unsubscribe: null }
