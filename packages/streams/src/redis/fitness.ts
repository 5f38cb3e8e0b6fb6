import type { Redis } from 'ioredis'

/** Throws, with what to do about it, where a server would lose messages or take none. */
export async function refuseUnfit(redis: Redis, onWarning: (message: string) => void): Promise<void> {
  const facts = parseInfo(await redis.info())
  const [major = 0, minor = 0] = (facts.get('redis_version') ?? '').split('.').map(Number)
  if (major < 6 || (major === 6 && minor < 2)) {
    throw new Error(`it is version ${major}.${minor}, and the streams need 6.2 or later`)
  }
  if (major < 7) {
    onWarning(`Redis ${major}.${minor} does not tell of pending messages that were lost; 7.0 or later does`)
  }
  if (facts.get('role') === 'slave') {
    throw new Error('it is a replica, which takes no messages: name its master, or a Sentinel that knows who that is')
  }
  refuseEviction(facts.get('maxmemory_policy'))
}

// Whatever the limit of memory is now, it may be set later. Some hosted servers do not tell, and are taken on trust.
function refuseEviction(policy: string | undefined): void {
  if (policy === undefined || policy === 'noeviction') return
  throw new Error(
    `its maxmemory-policy is ${policy}, which deletes streams when memory is short: set it to noeviction ` +
      '(maxmemory-policy noeviction in redis.conf, and CONFIG SET maxmemory-policy noeviction for the running server)',
  )
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').flatMap((line): [string, string][] => {
      const at = line.indexOf(':')
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]]
    }),
  )
}
