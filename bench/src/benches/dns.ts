import { Resolver } from 'node:dns/promises'
import { createResolver, type ResolveOptions } from '@repo/probes/resolve'
import { concurrent } from '../concurrent.ts'
import { startDnsCountingTarget } from '../dns-counting-target.ts'
import type { Comparison, Contender } from '../run.ts'

export const dnsBench: Comparison = {
  name: 'dns',
  summary: 'one look-up, asked anew and from the cache, beside the resolver of the runtime',
  reference: 'node:dns resolve4',
  async open() {
    const target = await startDnsCountingTarget()
    const cached = await cachedLookUps(target.address)
    return {
      contenders: [
        freshLookUps('both families, fresh', target.address, {}),
        freshLookUps('IPv4, fresh', target.address, { family: 4 }),
        cached.contender,
        runtimeLookUps(target.address),
      ],
      // The server does not see what is answered from the cache; of that, the resolver itself says where it came from.
      countDone: async () => (await target.count()) + cached.count(),
      close: target.stop,
    }
  },
}

const LIMIT_MS = 5_000
const NAMES = 1_000

function freshLookUps(name: string, server: string, options: Pick<ResolveOptions, 'family'>): Contender {
  const resolve = createResolver({ servers: [server] })
  return concurrent(name, async () => {
    const found = await resolve(newHost(), { limitMs: LIMIT_MS, isFresh: true, ...options })
    if (found.kind === 'failed') throw new Error(`the look-up failed: ${found.code}`)
  })
}

/** Each look-up is counted that says of itself that it came from the cache. */
async function cachedLookUps(server: string): Promise<{ contender: Contender; count(): number }> {
  const resolve = createResolver({ servers: [server] })
  const nextHost = knownHosts()
  let fromCache = 0
  const lookUp = async () => {
    const found = await resolve(nextHost(), { limitMs: LIMIT_MS })
    if (found.kind === 'failed') throw new Error(`the look-up failed: ${found.code}`)
    if (found.source === 'cache') fromCache += 1
  }
  for (let name = 0; name < NAMES; name += 1) await lookUp()
  return { contender: concurrent('both families, cached', lookUp), count: () => fromCache }
}

function runtimeLookUps(server: string): Contender {
  const resolver = new Resolver()
  resolver.setServers([server])
  return concurrent('node:dns resolve4', async () => {
    await resolver.resolve4(newHost())
  })
}

/** A thousand names over and over. */
function knownHosts(): () => string {
  let index = 0
  return () => {
    index = (index + 1) % NAMES
    return `www.shop-${index}.example`
  }
}

let newHosts = 0

/** Another name each time: the resolver of the runtime has a cache that cannot be turned off. */
function newHost(): string {
  newHosts += 1
  return `www.shop-${newHosts}.example`
}
