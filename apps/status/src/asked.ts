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
  return (request: Request, address: string | undefined): Asked => {
    const { headers } = request
    const isAtDoor = doorToken !== undefined && headers.get(doorHeader) === doorToken
    const { address: caller, isSecure } = isAtDoor ? callerAtDoor(headers) : callerOf(headers, { address })
    const host = isAtDoor ? headers.get('x-forwarded-host') : null
    return { address: caller, isSecure, url: withOrigin(new URL(request.url), { host, publicUrl, isSecure }) }
  }
}

/** The API has read the proxies before it: what it says is so. */
function callerAtDoor(headers: Headers): Pick<Asked, 'address' | 'isSecure'> {
  return {
    address: headers.get('x-forwarded-for') ?? '',
    isSecure: headers.get('x-forwarded-proto') === 'https',
  }
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
