import { z } from 'zod'
import type { Failure } from '../engine/failure.ts'
import type { ProbeRun } from '../engine/run.ts'
import type { ProbeDeps } from '../probe-deps.ts'
import { fetchJson } from './fetch-json.ts'

const IANA = 'https://data.iana.org/rdap/dns.json'
/** The list changes a few times a week; its own header says a day. */
const LIST_AGE_MS = 86_400_000

const listSchema = z.object({
  services: z.array(z.tuple([z.array(z.string().max(255)), z.array(z.string().max(2_048))])).max(10_000),
})

interface KnownList {
  readonly servers: ReadonlyMap<string, string>
  readonly askedAtMs: number
}

const lists = new Map<string, KnownList>()

/** The RDAP server of a domain's registry (RFC 9224 section 4): that of the longest suffix in the list. */
export async function rdapServer(
  domain: string,
  deps: ProbeDeps,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<string | Failure> {
  const url = deps.rdapBootstrapUrl ?? IANA
  const known = lists.get(url)
  const list = known && nowMs - known.askedAtMs < LIST_AGE_MS ? known : await fetchList(url, deps, { run, nowMs })
  // An old list is better than none: registries rarely move.
  const usable = 'servers' in list ? list : known
  if (!usable) return list as Failure
  const labels = domain.split('.')
  for (let index = 1; index < labels.length; index += 1) {
    const server = usable.servers.get(labels.slice(index).join('.'))
    if (server) return server
  }
  return {
    code: 'RDAP_UNAVAILABLE',
    text: `RDAP: the registry of .${labels.at(-1)} offers none, so ${domain} was not checked`,
  }
}

async function fetchList(
  url: string,
  deps: ProbeDeps,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<KnownList | Failure> {
  const fetched = await fetchJson(url, deps, run)
  const parsed = fetched.kind === 'json' ? listSchema.safeParse(fetched.value) : undefined
  if (!parsed?.success) {
    const why = fetched.kind === 'failed' ? `: ${fetched.failure.text}` : ''
    return { code: 'RDAP_UNAVAILABLE', text: `RDAP: the list of registries could not be read${why}` }
  }
  const servers = new Map<string, string>()
  for (const [suffixes, urls] of parsed.data.services) {
    const server = urls.find((one) => one.startsWith('https:')) ?? urls[0]
    if (server) for (const suffix of suffixes) servers.set(suffix.toLowerCase(), server)
  }
  const list = { servers, askedAtMs: nowMs }
  lists.set(url, list)
  return list
}
