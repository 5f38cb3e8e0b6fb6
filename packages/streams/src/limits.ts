/** Every bound of this package that its callers do not choose themselves. */
export const streamLimits = {
  retryDelayMs: { first: 200, last: 30_000 },
  backendRetry: { firstMs: 50, lastMs: 2_000 },
  drainMs: 8_000,
  /** How long a handler may go on after it was told that the drain is over. */
  abortGraceMs: 500,
  /** How long a consumer that leaves tries to give back what it has not finished. */
  giveBackMs: 2_000,
  /** Messages in one atomic step or pipeline, so that the server is never busy for long with one of ours. */
  messagesPerStep: 500,
  /** What one entry carries at most. An entry has to be put back when one of its messages is left over. */
  messagesPerEntry: 50,
  bytesPerEntry: 262_144,
  /** Entries in one read, so that what is buffered stays bounded whatever they carry. */
  entriesPerRead: 250,
  /** Deliveries after which a message that never got finished is set aside. Clean stops are not counted. */
  deliveries: 3,
  /** How often at most the reclaim scan runs, whatever `reclaimAfterMs`: what a leaving consumer gave back waits so long. */
  reclaimScanMs: 1_000,
  blockMs: 1_000,
  maxAgeMs: 3_600_000,
  trimEveryMs: 60_000,
  deadLength: 10_000,
  /** A consumer without pending entries that has been silent for so long is forgotten; if it lives it comes back by itself. */
  idleConsumerMs: 5_000,
  reapEveryMs: 5_000,
  /** A connection on which a command waits for so long is taken for dead. */
  silenceMs: 8_000,
  /** How long a rate limit is waited for: whoever asked for something waits with us. */
  rateLimitAnswerMs: 2_000,
  /** The same kind of trouble is told of once in this time. */
  alarmEveryMs: 10_000,
} as const
