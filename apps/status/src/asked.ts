import { createCallers } from '@repo/service/caller'
import type { StatusDeps } from './services.ts'

/** Who asks, and by which address of ours. */
export interface Asked {
  readonly url: URL
  /** Of whoever asks; empty where that is not known. */
  readonly address: string
  readonly isSecure: boolean
}

const doorHeader = 'x-status-door'

/**
 * Reads who asks. What a request says of itself is believed where it comes from the API of the same process, or from a declared
 * proxy: an allow-list of addresses would else be one of whatever people write.
 */
export function createReader({ trustedProxies, doorToken, publicUrl, clock }: StatusDeps) {
  const callerOf = createCallers({ trustedProxies, clock })
  const callerAtDoor = createCallers({ trustedProxies: ['0.0.0.0/0', '::/0'], clock })
  return (request: Request, address: string | undefined): Asked => {
    const isAtDoor = doorToken !== undefined && request.headers.get(doorHeader) === doorToken
    const url = new URL(request.url)
    const caller = isAtDoor ? lastHop(request, callerAtDoor) : callerOf(request.headers, { address })
    const host = isAtDoor ? request.headers.get('x-forwarded-host') : null
    return { ...caller, url: withOrigin(url, { host, publicUrl, isSecure: caller.isSecure }) }
  }
}

/** The API has read the proxies before it: the address it names is the one. */
function lastHop({ headers }: Request, callerOf: ReturnType<typeof createCallers>) {
  const { isSecure } = callerOf(headers, { address: '127.0.0.1' })
  return { address: headers.get('x-forwarded-for') ?? '', isSecure }
}

interface Known {
  readonly host: string | null
  readonly publicUrl: string | undefined
  readonly isSecure: boolean
}

function withOrigin(url: URL, { host, publicUrl, isSecure }: Known): URL {
  const isBelow = url.pathname.startsWith('/status/')
  const origin =
    isBelow && publicUrl ? new URL(publicUrl).origin : `${isSecure ? 'https' : 'http'}://${host ?? url.host}`
  return URL.canParse(origin) ? new URL(`${url.pathname}${url.search}`, origin) : url
}
