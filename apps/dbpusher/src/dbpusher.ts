import type { CheckResult } from '@repo/domain/check'
import type { Service } from '@repo/service/lifecycle'
import type { Stream } from '@repo/streams/stream'
import type { SaveResults } from './save-results.ts'

export interface DbpusherDeps {
  readonly results: Stream<CheckResult>
  readonly saveResults: SaveResults
  /** Unique among the living dbpushers. */
  readonly name: string
}

export const dbpusherGroup = 'dbpushers'

/**
 * Takes results in large batches and acknowledges each batch once it is committed. Several may run. A commit costs the
 * same for one result as for a hundred, so under load they are gathered for a tenth of a second; a lone one is not.
 */
export function createDbpusher({ results, saveResults, name }: DbpusherDeps): Service {
  const subscription = { group: dbpusherGroup, consumer: name, batchSize: 5_000, reclaimAfterMs: 10_000, paceMs: 100 }
  return (signal) => results.consume(subscription, saveResults, signal)
}
