import { dlopen } from 'bun:ffi'

/** The few calls of the C library that the runtime does not offer. */
export type Libc = ReturnType<typeof open>

let loaded: Libc | null | undefined

/** Null where the machine is not Linux, or has another C library. */
export function loadLibc(): Libc | null {
  if (loaded === undefined) loaded = process.platform === 'linux' ? tryToOpen() : null
  return loaded
}

function tryToOpen(): Libc | null {
  for (const name of ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]) {
    try {
      return open(name)
    } catch {
      // The other one, then.
    }
  }
  return null
}

function open(name: string) {
  const { symbols } = dlopen(name, {
    socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
    getsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
    setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'i32'], returns: 'i32' },
    sendto: { args: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'i32'], returns: 'i64' },
    recvmsg: { args: ['i32', 'ptr', 'i32'], returns: 'i64' },
    clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' },
    shutdown: { args: ['i32', 'i32'], returns: 'i32' },
    close: { args: ['i32'], returns: 'i32' },
    __errno_location: { args: [], returns: 'ptr' },
  })
  return symbols
}
