/** Every bound of this package that its callers do not choose themselves. */
export const streamLimits = {
  retryDelayMs: { first: 200, last: 30_000 },
  backendRetry: { firstMs: 50, lastMs: 2_000 },
  drainMs: 8_000,
  /** How long a handler may go on after it was told that the drain is over. */
  abortGraceMs: 500,
  /** Messages in one atomic step or pipeline, so that the server is never busy for long with one of ours. */
  messagesPerStep: 500,
  /** Deliveries after which a message that never got finished is set aside. Clean stops are not counted. */
  deliveries: 5,
  /** How often at most the reclaim scan runs, whatever `reclaimAfterMs`: what a leaving consumer gave back waits so long. */
  reclaimScanMs: 1_000,
  blockMs: 1_000,
  maxAgeMs: 3_600_000,
  trimEveryMs: 60_000,
  deadLength: 10_000,
  idleConsumerMs: 3_600_000,
  reapEveryMs: 600_000,
  /** The same kind of trouble is told of once in this time. */
  alarmEveryMs: 10_000,
} as const
