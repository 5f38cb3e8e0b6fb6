/**
 * What keeps this machine from even trying to reach an address: no route, no network, no descriptors. Undefined where
 * nothing does.
 *
 * Bun.connect (1.4.5) calls all of these a refusal, which would make our own outage everybody's. Connecting a datagram
 * socket asks the kernel the same question without sending anything, and gets an honest answer.
 */
export async function ownObstacle(address: string): Promise<string | undefined> {
  try {
    const hostname = address.includes(':') ? '::' : '0.0.0.0'
    const socket = await Bun.udpSocket({ hostname, connect: { hostname: address, port: DISCARD_PORT } })
    socket.close()
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return OBSTACLES.has(code) ? code : undefined
  }
}

const DISCARD_PORT = 9

const OBSTACLES: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
])
