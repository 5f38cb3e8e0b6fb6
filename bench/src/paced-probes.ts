import { httpSpecSchema } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'

/**
 * The probe alone, so many times a second and nothing around it: what of a pipeline's cost is the probe's. It prints how many
 * passed and the processor time of each, in microseconds.
 */
const [, , url = '', rate = '', seconds = ''] = process.argv
const warmUpMs = 6_000

const probe = createProbes({ egress: createEgressPolicy({ allowedCidrs: ['private'] }), resolve: systemResolve })
const tls = url.startsWith('https:') ? { verify: false, warnDays: 0 } : undefined
const spec = httpSpecSchema.parse({ kind: 'http', url, ...(tls && { tls }) })
const { signal } = new AbortController()
const beganAtMs = performance.now()
let started = 0
let passed = 0

setInterval(() => {
  const due = ((performance.now() - beganAtMs) * Number(rate)) / 1_000
  for (; started < due; started += 1)
    void probe(spec, signal).then(({ verdict }) => {
      if (verdict === 'up') passed += 1
    })
}, 1)

await Bun.sleep(warmUpMs)
const before = { passed, cpu: process.cpuUsage() }
await Bun.sleep(Number(seconds) * 1_000)
const count = passed - before.passed
const { user, system } = process.cpuUsage(before.cpu)
console.log(JSON.stringify({ count, cpuMicros: (user + system) / count }))
process.exit(0)
