import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAuthority, makeCertificate } from '@repo/probes/testing/certificates'
import type { CountingTarget } from './counting-target.ts'
import { firstLine } from './first-line.ts'
import { onLastProcessor } from './pinned.ts'

/** The small website under TLS, in a process of its own on the last processor, with the authority that signed it. */
export async function startTlsCountingTarget(): Promise<CountingTarget & { readonly ca: string }> {
  const authority = await makeAuthority()
  const identity = await makeCertificate({ names: ['127.0.0.1', 'localhost'], ca: authority })
  const file = join(tmpdir(), `bench-identity-${crypto.randomUUID()}.json`)
  await Bun.write(file, JSON.stringify(identity))
  const child = Bun.spawn(onLastProcessor([process.execPath, `${import.meta.dir}/tls-target.ts`, file]), {
    stdout: 'pipe',
  })
  const [port = 0, counter = 0] = (await firstLine(child.stdout)).split(' ').map(Number)
  await Bun.file(file).delete()
  return {
    url: `https://127.0.0.1:${port}/`,
    port,
    ca: authority.cert,
    count: async () => Number(await (await fetch(`http://127.0.0.1:${counter}/`)).text()),
    stop: async () => {
      child.kill()
      await child.exited
    },
  }
}
