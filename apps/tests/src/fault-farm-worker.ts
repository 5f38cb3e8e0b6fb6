// The thread of a target farm: answers, and tells the harness of it ten times a second.
import type { FarmNews, FarmRequest, Span, TargetFarmOptions } from './fault-farm.ts'
import { truthAt } from './fault-farm.ts'

const tellEveryMs = 100
const lookEveryMs = 25
/** What it is late by in the usual order of things is no standstill. */
const stallMs = 200

declare const self: Worker

self.onmessage = ({ data }: MessageEvent<TargetFarmOptions>) => start(data)

function start({ kinds, flipMs, slowMs = 300, body = 'ok' }: TargetFarmOptions): void {
  let requests: FarmRequest[] = []
  let stalls: Span[] = []
  let lookedAtMs = Date.now()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch({ url }) {
      const { pathname } = new URL(url)
      if (pathname === '/canary') return new Response('here')
      const target = Number(pathname.slice(1))
      const atMs = Date.now()
      requests.push({ target, atMs })
      const kind = kinds[target] ?? 'healthy'
      if (kind === 'slow') await Bun.sleep(slowMs)
      return truthAt(kind, atMs, flipMs) === 'down' ? new Response('broken', { status: 500 }) : new Response(body)
    },
  })
  const tell = (more: Partial<FarmNews> = {}) => {
    self.postMessage({ requests, stalls, ...more } satisfies FarmNews)
    requests = []
    stalls = []
  }
  setInterval(() => {
    const nowMs = Date.now()
    if (nowMs - lookedAtMs > stallMs) stalls.push({ fromMs: lookedAtMs, toMs: nowMs })
    lookedAtMs = nowMs
  }, lookEveryMs)
  setInterval(tell, tellEveryMs)
  tell({ port: Number(server.port) })
}
