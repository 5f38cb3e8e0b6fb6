import type { Scenario } from '../src/fault-run.ts'
import { publisherKilled } from './scenarios/f01-publisher-killed.ts'
import { publisherFrozen } from './scenarios/f02-publisher-frozen.ts'
import { publishersGone } from './scenarios/f03-publishers-gone.ts'
import { consumerKilled } from './scenarios/f04-consumer-killed.ts'
import { consumerFrozen } from './scenarios/f06-consumer-frozen.ts'
import { dbpusherUnacknowledged } from './scenarios/f07-dbpusher-unacknowledged.ts'
import { dbpusherMidInsert } from './scenarios/f08-dbpusher-mid-insert.ts'
import { verdictAndConsequence } from './scenarios/f09-verdict-and-consequence.ts'
import { notifierKilled } from './scenarios/f10-notifier-killed.ts'
import { providerAway } from './scenarios/f11-provider-away.ts'
import { stormUntold } from './scenarios/f12-storm-untold.ts'
import { redisKilled } from './scenarios/f13-redis-killed.ts'
import { masterFrozen } from './scenarios/f14-master-frozen.ts'
import { masterKilled } from './scenarios/f14-master-killed.ts'
import { redisEmptied } from './scenarios/f15-redis-emptied.ts'
import { postgresStopped } from './scenarios/f16-postgres-stopped.ts'
import { regionOffline } from './scenarios/f17-region-offline.ts'
import { hostilePattern } from './scenarios/f19-hostile-pattern.ts'
import { poisonMonitors } from './scenarios/f20-poison.ts'
import { postgresSlow } from './scenarios/f21-postgres-slow.ts'
import { noRoom } from './scenarios/f22-no-room.ts'
import { primaryLostAsynchronously, primaryLostSynchronously } from './scenarios/f23-primary-lost.ts'
import { wholeOutage } from './scenarios/f25-outage.ts'
import { clocksDiffer } from './scenarios/f26-clocks-differ.ts'
import { badNetwork } from './scenarios/f29-bad-network.ts'
import { lyingProbe } from './scenarios/f30-lying-probe.ts'
import { allAtOnce } from './scenarios/f32-all-at-once.ts'
import { massFailure } from './scenarios/f32-mass-failure.ts'
import { descriptorsGone } from './scenarios/f34-descriptors.ts'

/** Every fault that can be done, in the order of docs/faults.md. A new one is one file and one line. */
export const scenarios: readonly Scenario[] = [
  publisherKilled,
  publisherFrozen,
  publishersGone,
  consumerKilled,
  consumerFrozen,
  dbpusherUnacknowledged,
  dbpusherMidInsert,
  verdictAndConsequence,
  notifierKilled,
  providerAway,
  stormUntold,
  redisKilled,
  masterKilled,
  masterFrozen,
  redisEmptied,
  postgresStopped,
  regionOffline,
  hostilePattern,
  poisonMonitors,
  postgresSlow,
  noRoom,
  primaryLostSynchronously,
  primaryLostAsynchronously,
  wholeOutage,
  clocksDiffer,
  badNetwork,
  lyingProbe,
  massFailure,
  allAtOnce,
  descriptorsGone,
]

/** @throws where there is no scenario of that id. */
export function getScenario(id: string): Scenario {
  const scenario = scenarios.find((one) => one.id.toLowerCase() === id.toLowerCase())
  if (!scenario) throw new Error(`there is no fault ${id}: see --list`)
  return scenario
}
