import { ptr } from 'bun:ffi'
import { loadLibc } from './libc.ts'

const IPPROTO_TCP = 6
const TCP_INFO = 11
const INFO_BYTES = 256
/** Where `tcpi_bytes_received` lies in the kernel's `struct tcp_info` (Linux 4.1 and later). */
const RECEIVED_AT = 128

/** How many bytes have come over a connection so far, below whatever is spoken on it. Null where the kernel does not say. */
export function bytesReceived(descriptor: number): number | null {
  const libc = loadLibc()
  if (!libc) return null
  const info = Buffer.alloc(INFO_BYTES)
  const length = Uint32Array.of(INFO_BYTES)
  if (libc.getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, ptr(info), ptr(length)) !== 0) return null
  return (length[0] ?? 0) < RECEIVED_AT + 8 ? null : Number(info.readBigUInt64LE(RECEIVED_AT))
}
