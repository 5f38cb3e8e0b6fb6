import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from './certificates.ts'

const OPENSSL = '/usr/bin/openssl'

function requireOpenssl(): void {
  if (!existsSync(OPENSSL)) throw new Error(`these tests need ${OPENSSL}: install the package openssl`)
}

function inFolder<Result>(work: (folder: string) => Result): Result {
  requireOpenssl()
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function openssl(folder: string, ...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([OPENSSL, ...args], { cwd: folder, stderr: 'pipe', stdout: 'ignore' })
  if (exitCode !== 0) throw new Error(`openssl ${args[0]}: ${stderr.toString()}`)
}

export interface OldWays {
  /** `rsa:1024`. */
  readonly key?: string
  /** `sha1`, `md5`. */
  readonly digest?: string
  readonly options?: readonly string[]
}

/** A certificate such as no library of today makes any more, signed by an authority. */
export function makeOldCertificate(name: string, authority: Identity, ways: OldWays): Identity {
  const { key = 'rsa:2048', digest = 'sha256', options = [] } = ways
  return inFolder((folder) => {
    writeFileSync(join(folder, 'ca.pem'), authority.cert)
    writeFileSync(join(folder, 'ca.key'), authority.key)
    openssl(
      folder,
      'genpkey',
      '-algorithm',
      'RSA',
      '-pkeyopt',
      `rsa_keygen_bits:${key.split(':')[1]}`,
      '-out',
      'key.pem',
    )
    const subject = [
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-addext',
      'basicConstraints=CA:FALSE',
    ]
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', `-${digest}`, '-days', '100', ...options]
    openssl(folder, 'req', '-x509', '-key', 'key.pem', ...signing, ...subject, '-out', 'cert.pem')
    return { key: readText(folder, 'key.pem'), cert: readText(folder, 'cert.pem') }
  })
}

/** An RSA authority, for the signatures that only RSA has. */
export function makeOldAuthority(): Identity {
  return inFolder((folder) => {
    const made = ['-x509', '-newkey', 'rsa:2048', '-noenc', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '100']
    openssl(folder, 'req', ...made, '-subj', '/CN=Old Authority', '-addext', 'basicConstraints=critical,CA:TRUE')
    return { key: readText(folder, 'key.pem'), cert: readText(folder, 'cert.pem') }
  })
}

function readText(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8')
}

export interface OpensslServer {
  readonly port: number
  stop(): Promise<void>
}

/** `openssl s_server` with these options, which speaks versions of TLS and staples answers as no other server at hand does. */
export async function startOpensslServer(identity: Identity, options: readonly string[]): Promise<OpensslServer> {
  requireOpenssl()
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'))
  writeFileSync(join(folder, 'cert.pem'), identity.cert)
  writeFileSync(join(folder, 'key.pem'), identity.key)
  const own = ['-accept', '127.0.0.1:0', '-cert', 'cert.pem', '-key', 'key.pem', '-cipher', 'ALL:@SECLEVEL=0']
  const server = Bun.spawn([OPENSSL, 's_server', ...own, ...options], {
    cwd: folder,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  const port = await acceptedPort(server.stdout)
  return {
    port,
    stop: async () => {
      server.kill('SIGKILL')
      await server.exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** It says `ACCEPT 127.0.0.1:40123` once it listens. What it says later is read, so that it never waits for a reader. */
async function acceptedPort(stdout: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stdout.getReader()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`openssl s_server ended: ${text}`)
    text += new TextDecoder().decode(value)
    const port = /ACCEPT \S*:(\d+)\s/.exec(text)?.[1]
    if (!port) continue
    void drain(reader)
    return Number(port)
  }
}

async function drain(reader: { read(): Promise<{ done: boolean }> }): Promise<void> {
  while (!(await reader.read()).done);
}

/** The answer of an authority about a certificate of its own, DER: that it is good, or has been taken back. */
export function makeOcspAnswer(authority: Identity, { cert }: Identity, status: 'good' | 'revoked'): Uint8Array {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'ca.pem'), authority.cert)
    writeFileSync(join(folder, 'ca.key'), authority.key)
    writeFileSync(join(folder, 'leaf.pem'), cert)
    const serial = new X509Certificate(cert).serialNumber
    const flag = status === 'good' ? 'V\t300101000000Z\t' : 'R\t300101000000Z\t260101000000Z'
    writeFileSync(join(folder, 'index.txt'), `${flag}\t${serial}\tunknown\t/CN=any\n`)
    openssl(folder, 'ocsp', '-issuer', 'ca.pem', '-cert', 'leaf.pem', '-no_nonce', '-reqout', 'request.der')
    const signer = ['-index', 'index.txt', '-rsigner', 'ca.pem', '-rkey', 'ca.key', '-CA', 'ca.pem', '-ndays', '7']
    openssl(folder, 'ocsp', ...signer, '-reqin', 'request.der', '-respout', 'answer.der')
    return readFileSync(join(folder, 'answer.der'))
  })
}
