import type { ProxySpec } from '@repo/contracts/specs/http'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableEndpoint } from '../engine/readable.ts'
import { USER_AGENT } from './request.ts'
import { HeadReader } from './response-head.ts'

/** A proxy with its addresses, all of them judged, and what it is asked to connect to: a judged address too. */
export interface ProxyWay {
  readonly name: string
  readonly port: number
  readonly addresses: readonly string[]
  readonly target: { readonly address: string; readonly port: number }
  readonly credentials: Pick<ProxySpec, 'username' | 'password'>
}

/**
 * Asks a proxy for a tunnel (RFC 9110 section 9.3.6). It is asked for the numeric address that was judged, so that it has
 * no name to look up differently.
 */
export class ProxyTunnel {
  readonly request: string
  private readonly reader = new HeadReader(limits.headBytes)
  private readonly endpoint: string

  constructor({ target, credentials }: ProxyWay) {
    this.endpoint = readableEndpoint(target.address, target.port)
    const authorization = credentials.username
      ? `Proxy-Authorization: Basic ${Buffer.from(`${credentials.username}:${credentials.password ?? ''}`).toString('base64')}\r\n`
      : ''
    this.request = `CONNECT ${this.endpoint} HTTP/1.1\r\nHost: ${this.endpoint}\r\nUser-Agent: ${USER_AGENT}\r\n${authorization}\r\n`
  }

  read(chunk: Buffer): 'reading' | 'open' | Failure {
    const at = this.reader.read(chunk, 0)
    const { failure, head } = this.reader
    if (failure) return { code: 'PROXY_FAILED', text: `Proxy: ${failure.text}` }
    if (at === -1) return 'reading'
    if (head.status >= 200 && head.status < 300) {
      // Whoever speaks before the handshake, in the name of the target, is not the target.
      return at === chunk.length ? 'open' : { code: 'PROXY_FAILED', text: 'Proxy: sent more than its answer' }
    }
    return this.refused(head.status)
  }

  private refused(status: number): Failure {
    if (status === 407) return { code: 'PROXY_FAILED', text: 'Proxy: demands other credentials (407)' }
    if (status === 502 || status === 503 || status === 504) {
      return { code: 'TCP_UNREACHABLE', text: `Proxy: could not reach ${this.endpoint} (${status})` }
    }
    return { code: 'PROXY_FAILED', text: `Proxy: refused to connect to ${escaped(this.endpoint, 60)} (${status})` }
  }
}
