import { type SQL, sql as text } from 'drizzle-orm'

/**
 * `m`: the monitor of this key, where whoever asks may see it. Ticks and their sums have no policy of their own, so each
 * statement that reads them begins with their monitor, which has one: of another workspace's it finds nothing.
 */
export function visible(monitorKey: number): SQL {
  return text`(select monitor_key from monitor where monitor_key = ${monitorKey}) m`
}
