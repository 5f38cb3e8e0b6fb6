import { ptr, read } from 'bun:ffi'
import { parseAddress } from '../egress/address.ts'
import { type Libc, loadLibc } from '../engine/libc.ts'
import type { Family } from './icmp-packet.ts'

/** A socket that speaks ICMP. The runtime has none, so this is the C library's; Linux only. */
export interface IcmpSocket {
  /** Null when sent; otherwise the error's number. `sentAtNs` is wall time. */
  send(packet: Uint8Array, address: string): { readonly sentAtNs: bigint; readonly errno: number | null }
  /** The next packet that has come, with the instant at which the kernel took it; undefined when there is none. */
  receive(): { readonly packet: Uint8Array; readonly receivedAtNs: bigint } | undefined
  close(): void
}

const AF = { 4: 2, 6: 10 } as const
const PROTOCOL = { 4: 1, 6: 58 } as const
const SOCK_DGRAM = 2
const SOCK_RAW = 3
const SOCK_FLAGS = 0x800 | 0x80000
const SOL_SOCKET = 1
const SO_TIMESTAMPNS = 35
const CLOCK_REALTIME = 0
const SOCKADDR_BYTES = { 4: 16, 6: 28 } as const

/**
 * Opens a socket of the unprivileged kind where the kernel lets us (`net.ipv4.ping_group_range`), else of the raw kind where
 * we may. Undefined where neither is allowed, or the machine is not Linux.
 */
export function openIcmpSocket(family: Family): IcmpSocket | undefined {
  const libc = loadLibc()
  if (!libc) return undefined
  const open = (type: number) => libc.socket(AF[family], type | SOCK_FLAGS, PROTOCOL[family])
  const unprivileged = open(SOCK_DGRAM)
  const fd = unprivileged >= 0 ? unprivileged : open(SOCK_RAW)
  return fd < 0 ? undefined : new LinuxIcmpSocket(libc, fd, family)
}

class LinuxIcmpSocket implements IcmpSocket {
  private readonly packet = new Uint8Array(2_048)
  private readonly control = new DataView(new ArrayBuffer(128))
  private readonly vector = new BigUint64Array(2)
  private readonly header = new BigUint64Array(7)
  private readonly time = new BigInt64Array(2)

  constructor(
    private readonly libc: Libc,
    private readonly fd: number,
    private readonly family: Family,
  ) {
    libc.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, ptr(new Int32Array([1])), 4)
    this.vector[0] = BigInt(ptr(this.packet))
    this.vector[1] = BigInt(this.packet.length)
  }

  send(packet: Uint8Array, address: string) {
    const target = socketAddress(this.family, address)
    this.libc.clock_gettime(CLOCK_REALTIME, ptr(this.time))
    const sentAtNs = nanoseconds(this.time)
    const sent = Number(
      this.libc.sendto(this.fd, ptr(packet), packet.length, 0, ptr(target), SOCKADDR_BYTES[this.family]),
    )
    return { sentAtNs, errno: sent < 0 ? this.errno() : null }
  }

  receive() {
    const { header } = this
    // struct msghdr: name, its length, vector, its length, control, its length, flags.
    header.fill(0n)
    header[2] = BigInt(ptr(this.vector))
    header[3] = 1n
    header[4] = BigInt(ptr(this.control))
    header[5] = BigInt(this.control.byteLength)
    const byteCount = Number(this.libc.recvmsg(this.fd, ptr(header), 0))
    if (byteCount < 0) return undefined
    return { packet: this.packet.slice(0, byteCount), receivedAtNs: this.timestamp() }
  }

  close(): void {
    this.libc.close(this.fd)
  }

  /** The kernel's own time stamp, so that it does not matter how late this process looks. */
  private timestamp(): bigint {
    const { control } = this
    // struct cmsghdr: length, level, type; then a timespec.
    const isStamp = (this.header[5] ?? 0n) >= 32n && control.getInt32(12, true) === SO_TIMESTAMPNS
    if (isStamp) return control.getBigInt64(16, true) * 1_000_000_000n + control.getBigInt64(24, true)
    this.libc.clock_gettime(CLOCK_REALTIME, ptr(this.time))
    return nanoseconds(this.time)
  }

  private errno(): number {
    const place = this.libc.__errno_location()
    return place === null ? 0 : read.i32(place, 0)
  }
}

function nanoseconds(timespec: BigInt64Array): bigint {
  return (timespec[0] ?? 0n) * 1_000_000_000n + (timespec[1] ?? 0n)
}

/** struct sockaddr_in and sockaddr_in6, without a port. */
function socketAddress(family: Family, address: string): Uint8Array {
  const bytes = parseAddress(address)?.bytes ?? []
  const target = new Uint8Array(SOCKADDR_BYTES[family])
  target[0] = AF[family]
  target.set(bytes, family === 4 ? 4 : 8)
  return target
}
