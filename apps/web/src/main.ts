import { fstatSync } from 'node:fs'
import { join } from 'node:path'
import { openStaticSite } from './static-site.ts'

/**
 * Serves the built dashboard on the loopback interface, behind the API. It ends at SIGTERM, and when its standard input
 * closes: the process that started it holds the other end, so that it never outlives that process.
 */
const port = Number(process.env.PORT ?? 3001)
const site = await openStaticSite(join(import.meta.dirname, '../dist'))
const server = Bun.serve({ hostname: '127.0.0.1', port, fetch: site.fetch })
console.log(JSON.stringify({ message: 'dashboard listening', port: server.port }))

process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => process.exit(0))
// A pipe or a socket has a process at its other end; a terminal or /dev/null says nothing about one.
const input = fstatSync(0)
if (input.isFIFO() || input.isSocket()) {
  process.stdin.on('end', () => process.exit(0))
  process.stdin.resume()
}
