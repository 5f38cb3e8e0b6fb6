import type { CustomFetchOptions } from 'openid-client'

const withinMs = 10_000
const bodyLimitBytes = 1_048_576

/** The provider was not reached, or could not answer: that says nothing about whoever signs in. */
class ProviderAway extends Error {
  override readonly name = 'ProviderAway'
}

/** A request to the operator's identity provider: it goes nowhere else than asked, ends, and reads no more than we can hold. */
export async function fetchFromProvider(url: string, options: CustomFetchOptions): Promise<Response> {
  const signal = AbortSignal.any([options.signal ?? [], AbortSignal.timeout(withinMs)].flat())
  try {
    const { body, status, headers } = await fetch(url, { ...options, redirect: 'manual', signal } as RequestInit)
    if (status >= 500) throw new Error(`it answered ${status}`)
    const bytes = body && (await readAtMost(body, bodyLimitBytes))
    const kept = new Headers(headers)
    kept.delete('content-encoding')
    return new Response(bytes, { status, headers: kept })
  } catch (cause) {
    throw new ProviderAway('the identity provider does not answer', { cause })
  }
}

async function readAtMost(stream: ReadableStream<Uint8Array>, limitBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.byteLength
    if (length > limitBytes) throw new Error(`it answered with more than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Whether this is why something failed, however a library wrapped it. */
export function isAway(error: unknown): boolean {
  if (error instanceof ProviderAway) return true
  return error instanceof Error && error.cause !== undefined && isAway(error.cause)
}
