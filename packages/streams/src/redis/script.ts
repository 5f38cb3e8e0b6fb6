import type { Redis } from 'ioredis'
import { redact } from './redact.ts'

/** A script that the server runs in one step. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

export function defineScript(lua: string): Script {
  return { lua, sha: new Bun.CryptoHasher('sha1').update(lua).digest('hex') }
}

export interface ScriptArgs {
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
}

/** Sends the script itself only where the server does not know it: after its restart, or on one that took over. */
export async function runScript(redis: Redis, { lua, sha }: Script, { keys, args }: ScriptArgs): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw redact(error)
  }
  return await redis.eval(lua, keys.length, ...keys, ...args).catch((error: unknown) => {
    throw redact(error)
  })
}
