import type { PublicComponent, PublicPage, PublicPart } from '@repo/contracts/public-page'
import type { Sql } from '@repo/db/database'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { createAnswers } from '../src/answers.ts'
import { createStatusApp } from '../src/app.ts'
import { createEventHub } from '../src/event-hub.ts'
import { createPageStore } from '../src/page-store.ts'
import type { StatusDeps } from '../src/services.ts'
import type { Snapshot } from '../src/snapshots.ts'

/** Pages as they come out of the database, and a program that serves them without one. */

export const at = (minutes = 0) => new Date(noonMs + minutes * 60_000).toISOString()

export function makePart(changed: Partial<PublicPart> = {}): PublicPart {
  return {
    id: crypto.randomUUID(),
    name: 'Search',
    description: '',
    state: 'operational',
    lastKnown: changed.state === undefined || changed.state === 'unknown' ? 'operational' : changed.state,
    since: at(-60),
    days: Array.from({ length: 90 }, () => [86_400, 0, 0, 0, 0]),
    uptimePercent: 100,
    responseMs: null,
    ...changed,
  }
}

export function makeComponent({ parts = [], ...changed }: Partial<PublicComponent> = {}): PublicComponent {
  return { ...makePart(changed), parts }
}

export function makePage(changed: Partial<PublicPage> = {}): PublicPage {
  return {
    slug: 'shop',
    domain: null,
    title: 'Shop',
    description: '',
    language: 'en',
    timeZone: 'UTC',
    theme: { mode: 'auto', accent: null },
    homepage: null,
    contact: null,
    isListed: true,
    logo: null,
    indicator: 'none',
    today: at().slice(0, 10),
    sections: [{ id: crypto.randomUUID(), name: 'All', isFolded: false, components: [makeComponent()] }],
    incidents: [],
    maintenances: [],
    announcements: [],
    ...changed,
  }
}

export function makeSnapshot({ page, ...changed }: Partial<Snapshot> = {}): Snapshot {
  const rest = {
    id: crypto.randomUUID(),
    access: { kind: 'public' } as const,
    passwordHash: null,
    secret: 'secret',
    readAtMs: noonMs,
  }
  return { ...rest, page: page ?? makePage(), ...changed }
}

/** A database that is away. */
const nowhere = new Proxy({} as Sql, {
  get() {
    throw new Error('connect ECONNREFUSED')
  },
})

export function openStatusApp(snapshots: readonly Snapshot[], changed: Partial<StatusDeps> = {}) {
  const clock = createManualClock(noonMs)
  const store = createPageStore(snapshots)
  store.confirm(noonMs)
  const log = createLog('status', 'silent')
  const rest = { trustedProxies: [], publicUrl: undefined, logoOf: () => undefined }
  const deps = { sql: nowhere, store, clock, log, ...rest, ...changed }
  const answers = createAnswers(deps)
  const hub = createEventHub({
    ...{ store, isStale: answers.isStale },
    partsOf: ({ snapshot }) => ({ title: snapshot.page.title }),
  })
  const answer = createStatusApp({ ...deps, answers, hub })
  const ask = async (path: string, init: RequestInit & { host?: string; address?: string } = {}) => {
    const { host = 'status.test', address = '192.0.2.1', ...rest } = init
    return answer(new Request(`http://${host}${path}`, rest), () => address)
  }
  return { ask, store, clock, hub }
}
