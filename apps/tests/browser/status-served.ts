import { afterAll, beforeAll } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setPagePassword } from '@repo/db/queries/page-assets'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { type PageDeed, signPageLink } from '@repo/secrets/page-link'
import { systemClock } from '@repo/service/clock'
import { runAll } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import type { Browser } from 'playwright-core'
import { statusServices } from 'status/services'
import { eventually } from '../src/eventually.ts'
import { openBrowser } from './chromium.ts'

/** Published pages as they are served out of a database, which takes what visitors do at them. */
export interface ServedPages {
  readonly browser: Browser
  readonly database: TestDatabase
  readonly url: string
  idOf(slug: string): StatusPageId
  /** A link as it is sent to somebody; `untilMs` is null where it is good for ever. */
  linkOf(slug: string, link: SentLink): Promise<string>
}

interface SentLink {
  readonly deed: PageDeed
  readonly id: string
  readonly untilMs?: number | null
}

type Contents = Readonly<Record<string, object>>

/** @param contents what is published, by its slug. Whoever is asked for a password at one of them is let in by `password`. */
export function openServedPages(contents: Contents, password = ''): ServedPages {
  const snapshotDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-status-'))
  const stopping = new AbortController()
  const ids = new Map<string, StatusPageId>()
  let opened: { browser: Browser; database: TestDatabase; url: string; ended: Promise<void> } | undefined
  const there = () => {
    if (!opened) throw new Error('the status pages are not open yet')
    return opened
  }

  beforeAll(async () => {
    const database = await openTestDatabase()
    const workspaceId = await addWorkspace(database.sql)
    const passwordHash = await Bun.password.hash(password || 'nobody', { algorithm: 'bcrypt', cost: 4 })
    for (const [slug, content] of Object.entries(contents)) {
      const { id } = await addPublishedPage(database.sql, { workspaceId, slug, content })
      ids.set(slug, id)
      if (password) await setPagePassword(database.sql, { id, workspaceId }, { passwordHash, nowMs: noonMs })
    }
    const listening = Promise.withResolvers<string>()
    const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(7) }])
    const ended = runAll(
      statusServices({
        ...{ sql: database.sql, clock: systemClock, log: createLog('status', 'silent'), snapshotDirectory },
        ...{ host: '127.0.0.1', port: 0, onListening: listening.resolve, trustedProxies: [] },
        ...{ publicUrl: 'https://up.example', subscribing: { byMail: true, keyring } },
      }),
      stopping.signal,
    )
    const url = await listening.promise
    opened = { browser: await openBrowser(), database, url, ended }
    await eventually(
      'the pages are drawn',
      () => readdirSync(snapshotDirectory).filter((name) => name.endsWith('.json')).length === ids.size,
    )
  }, 60_000)
  afterAll(async () => {
    await opened?.browser.close()
    stopping.abort()
    await opened?.ended
    await opened?.database[Symbol.asyncDispose]()
    rmSync(snapshotDirectory, { recursive: true, force: true })
  })

  return {
    get browser() {
      return there().browser
    },
    get database() {
      return there().database
    },
    get url() {
      return there().url
    },
    idOf(slug) {
      const id = ids.get(slug)
      if (!id) throw new Error(`there is no page ${slug}`)
      return id
    },
    async linkOf(slug, { deed, id, untilMs = null }) {
      const { rows } = await there().database.sql.execute<{ slug: string; secret: string }>(
        'select slug, secret from status_page',
      )
      const secret = rows.find((row) => row.slug === slug)?.secret ?? ''
      const token = signPageLink(secret, { deed, id, untilMs })
      return `/status/${slug}/${deed === 'sign_in' ? 'access' : deed}?token=${token}`
    },
  }
}
