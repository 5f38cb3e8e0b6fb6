import dgram from 'node:dgram'
import type { UdpSpec } from '@repo/contracts/specs/socket'
import type { Facts, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { findAddresses } from '../engine/place.ts'
import { escaped, escapedBlock, readableEndpoint, readableMs } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { matches } from '../pattern.ts'
import type { ProbeDeps } from '../probe-deps.ts'

/** Datagrams get lost without anybody's fault, so an unanswered one is sent again. */
const ATTEMPTS = 3
const EVIDENCE_CHARACTERS = 1_024

/** Sends a datagram and waits for one that answers it. */
export function probeUdp(spec: UdpSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: UdpSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = 'answered'
  const payload = decoded(spec.send, spec.encoding)
  const target = { protocol: 'udp:', hostname: spec.host, port: String(spec.port) }
  const addresses = await findAddresses(target, spec, { deps, run })
  if (isFailure(addresses)) return { passing, finding: addresses }
  const [address = ''] = addresses
  const heard = await ask({ address, port: spec.port, payload }, run)
  if (isFailure(heard)) return { passing, finding: heard, address, evidence: evidenceOf(payload, null, addresses) }
  const finding = judge(spec, heard)
  const facts: Facts = { answerBytes: heard.length, answer: escaped(heard.toString('latin1'), 200) }
  return { passing, finding, address, facts, evidence: finding ? evidenceOf(payload, heard, addresses) : null }
}

interface Question {
  readonly address: string
  readonly port: number
  readonly payload: Buffer
}

/** The first datagram that comes back from where it was sent, or why there is none. */
function ask({ address, port, payload }: Question, run: ProbeRun): Promise<Buffer | Failure> {
  const endpoint = readableEndpoint(address, port)
  return new Promise((resolve) => {
    // A connected socket hears its peer alone, and is told of ports where nobody listens.
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const again = setInterval(() => send(), Math.max(10, run.remainingMs() / ATTEMPTS))
    const settle = (answer: Buffer | Failure) => {
      clearInterval(again)
      run.doneWaiting()
      socket.close()
      resolve(answer)
    }
    const send = () => socket.send(payload, (error) => error && settle(sendFailure(error, endpoint)))
    run.waitIn('answer', () =>
      settle({ code: 'UDP_NO_ANSWER', text: `UDP: ${endpoint} did not answer in ${readableMs(run.waitedMs())}` }),
    )
    socket.on('error', (error) => settle(sendFailure(error, endpoint)))
    socket.on('message', settle)
    socket.connect(port, address, send)
  })
}

function sendFailure(error: Error, endpoint: string): Failure {
  const code = 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ECONNREFUSED':
      return { code: 'UDP_REFUSED', text: `UDP: nobody listens on ${endpoint} (port unreachable)` }
    case 'EHOSTUNREACH':
      return { code: 'TCP_UNREACHABLE', text: `UDP: ${endpoint} is unreachable` }
    case 'ENETUNREACH':
      return endpoint.startsWith('[')
        ? { code: 'NO_ROUTE_V6', text: `UDP: this region has no IPv6 (${endpoint})` }
        : { code: 'SELF_OFFLINE', text: `UDP: this region has no network (${endpoint})` }
    case 'EMFILE':
    case 'ENFILE':
      return {
        code: 'OUT_OF_DESCRIPTORS',
        text: `UDP: this probe has no free descriptors, so ${endpoint} was not checked`,
      }
    default:
      return { code: 'PROBE_ERROR', text: `UDP: could not send to ${endpoint} (${escaped(code || error.message)})` }
  }
}

function judge({ expect, expectPattern, encoding }: UdpSpec, heard: Buffer): Failure | null {
  if (expect !== undefined && !heard.includes(decoded(expect, encoding)))
    return unexpected(heard, `'${escaped(expect)}'`)
  if (expectPattern === undefined) return null
  const isMatch = matches(expectPattern, heard.toString('latin1'))
  if (isMatch === undefined) return { code: 'PROBE_ERROR', text: `'${escaped(expectPattern)}' is not a pattern of RE2` }
  return isMatch ? null : unexpected(heard, `a match of '${escaped(expectPattern)}'`)
}

function unexpected(heard: Buffer, wanted: string): Failure {
  return { code: 'UNEXPECTED_ANSWER', text: `UDP: answered '${escaped(heard.toString('latin1'))}', expected ${wanted}` }
}

function decoded(text: string, encoding: UdpSpec['encoding'] = 'text'): Buffer {
  return encoding === 'text' ? Buffer.from(text) : Buffer.from(text.replace(/\s/g, ''), encoding)
}

function evidenceOf(payload: Buffer, heard: Buffer | null, addresses: readonly string[]) {
  const shown = (bytes: Buffer) => escapedBlock(bytes.toString('latin1'), EVIDENCE_CHARACTERS)
  return { request: shown(payload), responseHead: null, body: heard && shown(heard), addresses, chain: [], curl: null }
}
