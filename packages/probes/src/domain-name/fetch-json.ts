import { httpSpecSchema } from '@repo/contracts/specs/http'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import type { ProbeRun } from '../engine/run.ts'
import { HttpProbe } from '../http/http-probe.ts'
import type { ProbeDeps } from '../probe-deps.ts'

export type FetchedJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Fetches a JSON document through the probe, and so through the guard, with all its bounds. */
export async function fetchJson(url: string, deps: ProbeDeps, run: ProbeRun): Promise<FetchedJson> {
  const spec = httpSpecSchema.safeParse({
    kind: 'http',
    url,
    timeoutMs: Math.max(100, Math.min(30_000, Math.round(run.remainingMs()))),
    headers: [{ name: 'Accept', value: 'application/rdap+json, application/json' }],
  })
  if (!spec.success)
    return { kind: 'failed', failure: { code: 'RDAP_UNAVAILABLE', text: 'RDAP: its address is no URL' } }
  const probe = new HttpProbe(spec.data, deps, run)
  probe.keptBytes = limits.bodyBytes
  const failure = await probe.followHops()
  if (failure) return probe.status === null ? { kind: 'failed', failure } : { kind: 'status', status: probe.status }
  const body = await probe.answerBody()
  if (isFailure(body)) return { kind: 'failed', failure: body }
  return parse(body.text)
}

function parse(text: string): FetchedJson {
  try {
    return { kind: 'json', value: JSON.parse(text) }
  } catch {
    return { kind: 'failed', failure: { code: 'JSON_INVALID', text: 'it did not answer with JSON' } }
  }
}
