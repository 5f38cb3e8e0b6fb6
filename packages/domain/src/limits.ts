/** Every bound of a monitor in one place; what the API accepts and what the services assume. */
export const monitorLimits = {
  intervalSeconds: { min: 1, max: 86_400, default: 60 },
  /** The first API's `POST /website/create`. */
  websiteIntervalSeconds: 180,
  timeoutMs: { min: 100, max: 30_000, default: 10_000 },
  redirects: { max: 10, default: 10 },
  urlLength: 2_048,
  nameLength: 200,
  regions: 50,
  /** A check that could not start within this of its instant (or half its interval) is never run late. */
  startWindowMs: 30_000,
  /** A look asked for off the grid that has not begun by then says nothing more than the next slot will. */
  lookAgainWindowMs: 10_000,
  /** Checks are published this much before their instant; whoever runs them waits for it. */
  publishAheadMs: 1_000,
  /** A change applies so much later: by then every check that was published before it has begun, and is of the past. */
  changeAfterMs: 1_500,
} as const

/** For so many days a workspace that was deleted can be brought back. */
export const deletedWorkspaceDays = 7
