import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseAddress } from '../egress/address.ts'
import { loadLibc } from './libc.ts'

/** Where a dial was given up while the kernel still waits for an answer. */
export interface HalfOpen {
  readonly address: string
  readonly port: number
}

const SHUT_BOTH = 2
/** The state in which a connection waits for the first answer. */
const SYN_SENT = '02'

/**
 * Ends the dials to these places that the kernel has not given up yet, so that a silent target holds no descriptor for the
 * two minutes that the kernel takes. Whoever calls this has made sure that none of them is waited for. Linux alone shows
 * its connections in this way; elsewhere nothing happens.
 */
export function endHalfOpen(places: readonly HalfOpen[]): void {
  const libc = loadLibc()
  if (!libc || places.length === 0) return
  const inodes = inodesOf(new Set(places.map(tableKey)))
  if (inodes.size === 0) return
  for (const fd of readdirSync('/proc/self/fd')) {
    const inode = socketInode(fd)
    if (inode !== undefined && inodes.has(inode)) libc.shutdown(Number(fd), SHUT_BOTH)
  }
}

/** The sockets of this machine that wait for one of these places. Those of other processes are not among our descriptors. */
function inodesOf(keys: ReadonlySet<string>): Set<string> {
  const inodes = new Set<string>()
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    for (const line of linesOf(table)) {
      const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state === SYN_SENT && keys.has(remote)) inodes.add(inode)
    }
  }
  return inodes
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n')
  } catch {
    // A kernel without IPv6 has no table of it.
    return []
  }
}

function socketInode(fd: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
  } catch {
    return undefined
  }
}

/** As the tables spell an endpoint: words of 32 bits in the byte order of the machine, then the port, all hexadecimal. */
export function tableKey({ address, port }: HalfOpen): string {
  const bytes = Buffer.from(parseAddress(address)?.bytes ?? [])
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) text += bytes.readUInt32LE(at).toString(16).padStart(8, '0')
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}
