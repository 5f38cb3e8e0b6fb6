import { openSync, writeSync } from 'node:fs'
import { startTarget } from '../testing/target.ts'
import { probe } from './probing.ts'

/** Probes a healthy site from a process that has no descriptor left, and prints what it says. Run with a low limit of them. */
const target = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])
const fed = await probe(target.url)
let isStarved = false
while (!isStarved) {
  try {
    openSync('/dev/null', 'r')
  } catch {
    isStarved = true
  }
}
const starved = await probe(target.url, { timeoutMs: 1_000 })
writeSync(1, JSON.stringify([fed, starved].map(({ verdict, code }) => ({ verdict, code }))))
process.exit()
