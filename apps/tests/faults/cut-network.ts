/**
 * Loaded before a consumer by `bun --preload`: while the file CUT_WHILE exists, nothing that the probes dial on the port CUT_PORT
 * ever answers, as in a region whose way to the Internet drops every packet. The way to Redis is another one and stays, and so
 * does the machine's way to itself.
 */
import { existsSync } from 'node:fs'

const cutWhile = process.env.CUT_WHILE ?? ''
const cutPort = Number(process.env.CUT_PORT)
const dial = Bun.connect

Object.defineProperty(Bun, 'connect', {
  value: (options: Parameters<typeof dial>[0]) =>
    'port' in options && options.port === cutPort && existsSync(cutWhile) ? new Promise(() => {}) : dial(options),
})
