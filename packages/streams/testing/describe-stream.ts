import { describe } from 'bun:test'
import type { Alarm, Stream, Subscription } from '../src/stream.ts'
import { describeConsume } from './describe-consume.ts'
import { describeDead } from './describe-dead.ts'
import { describePublish } from './describe-publish.ts'
import { describeRelay } from './describe-relay.ts'
import type { Letter } from './letter.ts'

/** Makes an empty stream of letters; two of one adapter can be relayed into one another. */
export type MakeStream = (onAlarm: Alarm) => Promise<Stream<Letter>>

/** The specification of the port `Stream`: every adapter passes it. */
export function describeStream(adapter: string, makeStream: MakeStream): void {
  describe(`a stream (${adapter})`, () => {
    describePublish(makeStream)
    describeConsume(makeStream)
    describeRelay(makeStream)
    describeDead(makeStream)
  })
}

export const GROUP = 'readers'
const A_MINUTE_MS = 60_000

/** A subscription whose messages do not go to another by the mere passing of time within a test. */
export function subscriptionOf(consumer: string, changes: Partial<Subscription> = {}): Subscription {
  return { group: GROUP, consumer, batchSize: 100, reclaimAfterMs: A_MINUTE_MS, retryDelayMs: 5, ...changes }
}
