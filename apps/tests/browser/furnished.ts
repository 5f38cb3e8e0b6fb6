import { afterAll, beforeAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import type { Browser } from 'playwright-core'
import { type Program, startProgram } from '../src/program.ts'
import { openBrowser } from './chromium.ts'

/** An instance over a database that the tests can write a past into, and a browser. */
export interface Ground {
  readonly browser: Browser
  readonly url: string
  readonly database: TestDatabase
}

/** @param furnish Runs once the instance is ready; what it gives is a part of the ground from then on. */
export function openFurnished<Site extends Ground>(
  people: Partial<Site>,
  furnish: (site: Site) => Promise<Partial<Site>>,
): Site {
  let program: Program | undefined
  const site = people as { -readonly [Name in keyof Site]: Site[Name] }
  const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-ground-'))
  beforeAll(async () => {
    site.browser = await openBrowser()
    site.database = await openTestDatabase()
    program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', dataDirectory], {
      REGION_CANARIES: 'self',
      DATABASE_URL: site.database.url,
    })
    const [, url = ''] = await program.until(/is ready: (http:\S+)/)
    site.url = url
    Object.assign(site, await furnish(site))
  }, 90_000)
  afterAll(async () => {
    await site.browser?.close()
    await program?.stop()
    await site.database?.[Symbol.asyncDispose]()
    rmSync(dataDirectory, { recursive: true, force: true })
  })
  return site
}
