import { join } from 'node:path'
import type { RedisTls } from '../src/connect.ts'

/** An authority, and a certificate of it for 127.0.0.1 that serves either side; good for a day. */
export async function makeCertificates(directory: string): Promise<Required<RedisTls>> {
  const file = (name: string) => join(directory, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout']
  await openssl([
    'req',
    '-x509',
    ...key,
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '1',
    '-subj',
    '/CN=test authority',
  ])
  await openssl([
    ...['req', '-x509', ...key, file('own.key'), '-out', file('own.pem'), '-days', '1', '-subj', '/CN=127.0.0.1'],
    ...['-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'],
  ])
  return { caFile: file('ca.pem'), certFile: file('own.pem'), keyFile: file('own.key') }
}

async function openssl(args: readonly string[]): Promise<void> {
  const child = Bun.spawn(['openssl', ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' })
  if ((await child.exited) !== 0) throw new Error(`openssl: ${await new Response(child.stderr).text()}`)
}
