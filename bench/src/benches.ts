import { apiBench } from './benches/api.ts'
import { dashboardBench } from './benches/dashboard.ts'
import { dnsBench } from './benches/dns.ts'
import { heartbeatsBench } from './benches/heartbeats.ts'
import { liveBench } from './benches/live.ts'
import { notifierBench } from './benches/notifier.ts'
import { packedBench } from './benches/packed.ts'
import { pipelineBench, pipelineDistributedBench, pipelineTlsBench } from './benches/pipeline.ts'
import { probeBench } from './benches/probe.ts'
import { probeTlsBench } from './benches/probe-tls.ts'
import { publisherBench } from './benches/publisher.ts'
import { readsBench } from './benches/reads.ts'
import { silentBench } from './benches/silent.ts'
import { soakBench } from './benches/soak.ts'
import { standaloneBench } from './benches/standalone.ts'
import { statusBench } from './benches/status.ts'
import { streamsBench } from './benches/streams.ts'
import { timingBench } from './benches/timing.ts'
import { writerBench } from './benches/writer.ts'
import type { Bench } from './run.ts'

/** Every benchmark, by the name it is called with. A new one is a file in benches/ and a line here. */
export const benches: readonly Bench[] = [
  probeBench,
  probeTlsBench,
  dnsBench,
  timingBench,
  silentBench,
  soakBench,
  writerBench,
  packedBench,
  readsBench,
  streamsBench,
  standaloneBench,
  publisherBench,
  liveBench,
  apiBench,
  heartbeatsBench,
  dashboardBench,
  statusBench,
  notifierBench,
  pipelineBench,
  pipelineTlsBench,
  pipelineDistributedBench,
]
