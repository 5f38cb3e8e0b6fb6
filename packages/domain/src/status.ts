/** What a monitor is, in one word. `unknown` is never drawn or counted as up or down. */
export const statuses = ['up', 'degraded', 'down', 'unknown', 'maintenance', 'paused'] as const
export type Status = (typeof statuses)[number]
