/**
 * Loaded before a consumer by `bun --preload`: while the file CUT_WHILE exists, nothing that the probes dial ever answers, as in a
 * region whose way to the Internet drops every packet. The way to Redis is another one and stays.
 */
import { existsSync } from 'node:fs'

const cutWhile = process.env.CUT_WHILE ?? ''
const dial = Bun.connect

Object.defineProperty(Bun, 'connect', {
  value: (options: Parameters<typeof dial>[0]) => (existsSync(cutWhile) ? new Promise(() => {}) : dial(options)),
})
