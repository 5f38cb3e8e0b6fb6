import type { Redis } from 'ioredis'
import { streamLimits } from '../limits.ts'

/** A connection for reads that block: such a read occupies its connection, so it must not be shared. */
export interface Reader {
  /** Ends when `read` does, at the abort, or with an error when the server kept silent for longer than it may. */
  read<Reply>(read: (connection: Redis) => Promise<Reply>, signal: AbortSignal): Promise<Reply>
  close(): void
}

const SILENCE_MS = streamLimits.blockMs + 5_000
const UNBLOCK_WITHIN_MS = 1_000

export function createReader(redis: Redis): Reader {
  // A read that was lost with its connection is not repeated behind our back: its reply would reach nobody.
  const connection = redis.duplicate({
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: undefined,
    // Whoever does not answer is not waited for when we hang up either.
    disconnectTimeout: 500,
  })
  // Of a lost connection the shared one tells already.
  connection.on('error', () => {})
  let clientId: number | undefined
  connection.on('ready', async () => {
    clientId = await connection.client('ID').catch(() => undefined)
  })

  return {
    async read(read, signal) {
      // The server ends the read, so that no entry is on its way to a connection that is closed.
      let watchdog = setTimeout(() => connection.disconnect(true), SILENCE_MS)
      const unblock = () => {
        if (connection.status !== 'ready') connection.disconnect()
        else if (clientId !== undefined) redis.client('UNBLOCK', clientId).catch(() => {})
        clearTimeout(watchdog)
        watchdog = setTimeout(() => connection.disconnect(), UNBLOCK_WITHIN_MS)
      }
      signal.addEventListener('abort', unblock, { once: true })
      try {
        return await read(connection)
      } finally {
        clearTimeout(watchdog)
        signal.removeEventListener('abort', unblock)
      }
    },
    close: () => connection.disconnect(),
  }
}
