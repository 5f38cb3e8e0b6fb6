import { type Context, Hono } from 'hono'
import type { Asked } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { type ArrivingPing, readPing, readPush } from '../heartbeats/arriving-ping.ts'
import { createPingMeter } from '../heartbeats/ping-meter.ts'
import { AppError } from '../problems.ts'

/**
 * Where jobs tell of themselves, in three shapes: our own, the one of Healthchecks, and the one of Uptime Kuma. Whoever has the
 * token may; nobody signs in. HEAD is answered as GET is.
 */
export function pingRoutes(deps: ApiDeps): Hono<Asked> {
  const routes = new Hono<Asked>()
  const take = createTaking(deps)
  for (const base of ['/heartbeat', '/ping']) {
    for (const path of [`${base}/:token`, `${base}/:token/:what`]) {
      routes.on(['GET', 'POST'], path, async (c) => {
        await take(c, await readPing(c))
        return c.text('OK')
      })
    }
  }
  routes.on(['GET', 'POST'], '/api/push/:token', async (c) => {
    await take(c, readPush(c))
    return c.json({ ok: true })
  })
  return routes
}

function createTaking({ pings }: Pick<ApiDeps, 'pings'>) {
  const count = createPingMeter()

  /** @throws AppError `not_found`, `method_not_allowed`, `too_many_requests` or `unavailable`. */
  return async (c: Context<Asked>, ping: ArrivingPing): Promise<void> => {
    count(ping.tokenHash)
    const fate = await pings.take(ping)
    if (fate.kind === 'unknown') throw new AppError('not_found', 'no heartbeat has this address')
    if (fate.kind === 'taken') return
    const allow = fate.methods.join(', ')
    throw new AppError('method_not_allowed', `this heartbeat counts ${allow} alone, not ${c.req.method}`, {
      headers: { allow },
    })
  }
}

/** A path as it may be written down: whoever reads it must not be able to ping by it. */
export function withoutToken(path: string): string {
  return path.replace(/^(\/heartbeat|\/ping|\/api\/push)\/[^/]+/, '$1/…')
}
