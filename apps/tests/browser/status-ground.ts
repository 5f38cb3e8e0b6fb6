import { afterAll, beforeAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@repo/db/database'
import { runAll } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Browser } from 'playwright-core'
import { statusServices } from 'status/services'
import { openSnapshots, type Snapshot } from 'status/snapshots'
import { shownAtMs } from 'status/testing/pages'
import { openBrowser } from './chromium.ts'

export interface StatusGround {
  readonly browser: Browser
  /** Of the status pages, where `/events` of each is answered by the test. */
  readonly url: string
  /** Sends an event to all who listen; `data` as it stands in the stream. */
  send(event: string, data: unknown): void
  /** How many listen. */
  readonly listeners: number
  /** What those who listen said that they know already, the last of them last. */
  readonly known: readonly (string | null)[]
  /** Ends all streams, and answers with an error from now on, or no more. */
  refuse(isRefusing: boolean): void
}

interface Running {
  readonly browser: Browser
  readonly front: Bun.Server<undefined>
  stop(): Promise<void>
}

/**
 * The status pages as they are served out of their files, with nobody at the address of the database. Events come from the test.
 */
export function openStatusPages(snapshots: readonly Snapshot[], clock: ManualClock = standingClock()): StatusGround {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const known: (string | null)[] = []
  let isRefusing = false
  let running: Running | undefined
  const encode = (text: string) => new TextEncoder().encode(text)

  const events = () => {
    if (isRefusing) return new Response('', { status: 502 })
    let own: ReadableStreamDefaultController<Uint8Array> | undefined
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller
        streams.add(controller)
        controller.enqueue(encode(': welcome\n\n'))
      },
      cancel: () => void (own && streams.delete(own)),
    })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }

  beforeAll(async () => {
    const pages = await servePages(snapshots, clock)
    const front = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      idleTimeout: 0,
      fetch(request) {
        const { pathname, search } = new URL(request.url)
        if (pathname.endsWith('/events')) {
          known.push(new URLSearchParams(search).get('version'))
          return events()
        }
        const { method, headers } = request
        return fetch(`${pages.url}${pathname}${search}`, { method, headers, redirect: 'manual', decompress: false })
      },
    })
    running = {
      browser: await openBrowser(),
      front,
      stop: pages.stop,
    }
  }, 60_000)
  afterAll(async () => {
    await running?.browser.close()
    await running?.front.stop(true)
    await running?.stop()
  })
  const opened = () => {
    if (!running) throw new Error('the status pages are not open yet')
    return running
  }
  return {
    get browser() {
      return opened().browser
    },
    get url() {
      return `http://127.0.0.1:${opened().front.port}`
    },
    send(event, data) {
      for (const stream of streams) stream.enqueue(encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
    },
    known,
    get listeners() {
      return streams.size
    },
    refuse(is) {
      isRefusing = is
      if (is) for (const stream of streams) stream.close()
      if (is) streams.clear()
    },
  }
}

/** At the instant at which the snapshots were read: nothing is stale. */
export function standingClock(): ManualClock {
  return createManualClock(shownAtMs)
}

async function servePages(snapshots: readonly Snapshot[], clock: ManualClock) {
  const snapshotDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-status-'))
  const log = createLog('status', 'silent')
  const kept = openSnapshots(snapshotDirectory, log)
  for (const snapshot of snapshots) kept.save(snapshot)
  // Nobody listens there.
  const database = openDatabase('postgres://nobody@127.0.0.1:1/nothing', { connections: 1, onError: () => undefined })
  const stopping = new AbortController()
  const listening = Promise.withResolvers<string>()
  const ended = runAll(
    statusServices({
      ...{ sql: database.sql, clock, log, snapshotDirectory, trustedProxies: [], publicUrl: undefined },
      ...{ host: '127.0.0.1', port: 0, onListening: listening.resolve },
    }),
    stopping.signal,
  )
  const url = await Promise.race([listening.promise, ended.then(() => Promise.reject(new Error('it ended')))])
  return {
    url,
    async stop() {
      stopping.abort()
      await ended
      await database[Symbol.asyncDispose]()
      rmSync(snapshotDirectory, { recursive: true, force: true })
    },
  }
}
