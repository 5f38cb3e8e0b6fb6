import type { Check } from '@repo/domain/check'
import type { Outcome } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { run } from '@repo/streams/testing/eventually'
import type { ApiDeps } from '../src/deps.ts'

/** A region that answers test runs, as its consumers do, and keeps what it was sent. */
export function startRegion(
  { urgentOf, testRuns }: Pick<ApiDeps, 'urgentOf' | 'testRuns'>,
  name: string,
  answer: Outcome = makeOutcome('up'),
) {
  const region = parseRegion(name)
  const taken: Check[] = []
  const subscription = { group: region, consumer: 'test', batchSize: 10, reclaimAfterMs: 60_000 }
  const { stop } = run((signal) =>
    urgentOf(region).consume(
      subscription,
      async (batch) => {
        taken.push(...batch)
        for (const { testRunId } of batch)
          if (testRunId !== undefined)
            await testRuns.publish({ testRunId, region, startedAtMs: noonMs + 1, outcome: answer })
      },
      signal,
    ),
  )
  return { taken, stop, [Symbol.asyncDispose]: stop }
}
