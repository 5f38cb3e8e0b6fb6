import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import { literalAddress } from '../src/egress/egress.ts'
import { isInRanges } from '../src/http/status.ts'
import type { FarmRow, FarmTools, OpenTarget } from './row.ts'

const PLACES = ['/usr/bin/curl', '/usr/local/bin/curl', '/opt/homebrew/bin/curl']

export function hasCurl(): boolean {
  return PLACES.some((place) => existsSync(place))
}

/** False where curl would have to ask a real resolver, or would leave this machine. */
function isSafe({ leadsOutside }: FarmRow, { url, curlArgs = [] }: OpenTarget): boolean {
  return !leadsOutside && (curlArgs.length > 0 || literalAddress(new URL(url).hostname) !== undefined)
}

/** What curl makes of a target: `up 200`, `down 000 (28)`. It knows nothing of assertions, thresholds and guards. */
export async function curlVerdict(row: FarmRow, target: OpenTarget, { authority }: FarmTools): Promise<string> {
  if (!isSafe(row, target)) return '-'
  const { url, curlArgs = [] } = target
  const path = PLACES.find((place) => existsSync(place)) ?? 'curl'
  const spec = httpSpecSchema.parse({ kind: 'http', url: 'http://any.example/', timeoutMs: 2_000, ...row.spec })
  const authorities = join(tmpdir(), `farm-${process.pid}.pem`)
  await Bun.write(authorities, authority.cert)
  const child = Bun.spawn(
    [
      path,
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '--max-time',
      String(Math.min(2, spec.timeoutMs / 1_000)),
      '--max-filesize',
      '2097152',
      '-L',
      '--max-redirs',
      String(spec.maxRedirects),
      '--cacert',
      authorities,
      ...(spec.method === 'HEAD' ? ['--head'] : []),
      ...(spec.httpVersion === '2' ? ['--http2-prior-knowledge'] : ['--http1.1']),
      ...curlArgs,
      url,
    ],
    { stdout: 'pipe', stderr: 'ignore', stdin: 'ignore' },
  )
  const status = Number((await new Response(child.stdout).text()).slice(-3))
  const exitCode = await child.exited
  const isUp = exitCode === 0 && isInRanges(status, spec.expectedStatus)
  return `${isUp ? 'up' : 'down'} ${String(status).padStart(3, '0')}${exitCode === 0 ? '' : ` (${exitCode})`}`
}
