import type { DnsServer } from './server-address.ts'

/** For so long a server that was silent is asked after the others. */
const SILENCE_MS = 30_000
const SERVERS = 1_000

/** Remembers who was silent, so that not every look-up waits for a dead server before it asks the living one. */
export class ServerHealth {
  private readonly silentUntilMs = new Map<string, number>()

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Those that answered last first, otherwise in their own order. */
  ordered(servers: readonly DnsServer[]): readonly DnsServer[] {
    if (this.silentUntilMs.size === 0 || servers.length < 2) return servers
    const isSilent = (server: DnsServer) => (this.silentUntilMs.get(keyOf(server)) ?? 0) > this.nowMs()
    return [...servers.filter((server) => !isSilent(server)), ...servers.filter(isSilent)]
  }

  wasSilent(server: DnsServer): void {
    if (this.silentUntilMs.size >= SERVERS) this.silentUntilMs.clear()
    this.silentUntilMs.set(keyOf(server), this.nowMs() + SILENCE_MS)
  }

  answered(server: DnsServer): void {
    if (this.silentUntilMs.size > 0) this.silentUntilMs.delete(keyOf(server))
  }
}

function keyOf({ address, port }: DnsServer): string {
  return `${address} ${port}`
}
