import { describe, expect, test } from 'bun:test'
import { eventually } from '../src/eventually.ts'
import { connectionsTo } from '../src/fault-fail-over.ts'

describe('the connections of a process to a port', () => {
  test('are counted while they stand, and not those of another process', async () => {
    const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { port } = server
    try {
      expect(connectionsTo(port, process.pid)).toBe(0)
      const connection = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })
      expect(connectionsTo(port, process.pid)).toBe(1)
      expect(connectionsTo(port, process.ppid)).toBe(0)
      connection.end()
      await eventually('the end of the connection', async () => connectionsTo(port, process.pid) === 0)
    } finally {
      server.stop(true)
    }
  })
})
