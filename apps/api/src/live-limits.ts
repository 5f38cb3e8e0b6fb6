/** Every bound of the live socket. */
export const liveLimits = {
  socketsPerWorkspace: 1_000,
  socketsPerPerson: 50,
  /** How long a frame is held for those who come back. */
  ringMs: 300_000,
  /** What is held for one workspace; what a reader has yet to take stays well below `backpressureBytes` with it. */
  ringBytes: 524_288,
  /** What is held for all workspaces together. */
  ringsBytes: 67_108_864,
  /** A reader that leaves so much untaken is cut off. */
  backpressureBytes: 1_048_576,
  /**
   * A revocation holds within five seconds, also where the bus lost it: a session may be remembered for two of them after
   * its end, and open a socket meanwhile.
   */
  recheckMs: 2_500,
  /** So many heartbeats in a row without an answer to their ping, and nobody is there any more. */
  unansweredPings: 2,
} as const

export type LiveLimits = { readonly [Name in keyof typeof liveLimits]: number }
