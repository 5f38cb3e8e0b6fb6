import type { WebsocketSpec } from '@repo/contracts/specs/socket'
import type { Evidence, Facts, Outcome } from '@repo/domain/outcome'
import { literalAddress } from '../egress/egress.ts'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { Channel } from '../engine/channel.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { findAddresses } from '../engine/place.ts'
import { escaped, escapedBlock } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { HeaderFields } from '../http/header-fields.ts'
import { HeadReader } from '../http/response-head.ts'
import { shownFields, shownPath } from '../http/shown-request.ts'
import { matches } from '../pattern.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { judgeHandshake, tlsOptions } from '../tls/handshake.ts'
import { encodeFrame, MessageReader, opcodes } from '../websocket/frames.ts'
import { judgeUpgrade, type Upgrade, upgradeRequest, upgradeText } from '../websocket/handshake.ts'

const HTTP_1 = '\x08http/1.1'
const NORMAL_CLOSURE = Buffer.of(0x03, 0xe8)

/** Asks a server to speak WebSocket, says something where that is wished, and waits for what it should say. */
export function probeWebsocket(spec: WebsocketSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: WebsocketSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = 'switched to WebSocket'
  const upgrade = upgradeRequest(spec)
  const { url } = upgrade.request
  const addresses = await findAddresses(url, spec, { deps, run })
  if (isFailure(addresses)) return { passing, finding: addresses }
  const name = literalAddress(url.hostname) === undefined ? url.hostname : null
  const isSecure = url.protocol === 'https:'
  const place = {
    host: url.hostname,
    port: Number(url.port || (isSecure ? 443 : 80)),
    addresses,
    tls: isSecure ? tlsOptions(name, spec.tls, { ca: deps.ca, alpn: HTTP_1 }) : null,
  }
  const { channel, failure } = await Channel.open(place, run, (connection, error) =>
    judgeHandshake(connection, error, { wishes: spec.tls, host: url.hostname, nowMs: nowMs(deps) }),
  )
  try {
    const visit = new Visit(spec, upgrade, channel)
    const finding = failure ?? (await visit.pay()) ?? channel.remark
    return {
      passing: visit.messages.length > 0 ? `${passing} and answered` : passing,
      finding,
      ...visit.found(),
      hops: [
        {
          url: `${spec.url.replace(/[?#].*$/s, '')}`,
          address: channel.address,
          status: visit.status,
          total: run.stopwatch.phases().total,
        },
      ],
      evidence: finding ? visit.evidence(addresses) : null,
    }
  } finally {
    channel.close()
  }
}

/** The upgrade and what follows it. */
class Visit {
  status: number | null = null
  readonly messages: string[] = []
  private rawHead = ''
  private fields = new HeaderFields([])
  private readonly reader = new MessageReader()

  constructor(
    private readonly spec: WebsocketSpec,
    private readonly upgrade: Upgrade,
    private readonly channel: Channel,
  ) {}

  async pay(): Promise<Failure | null> {
    this.channel.write(upgradeText(this.upgrade))
    const failure = (await this.readHead()) ?? this.judgeHead()
    if (failure) return failure
    const { send, expect, expectPattern } = this.spec
    if (send !== undefined) this.say(opcodes.text, Buffer.from(send))
    const unheard = expect === undefined && expectPattern === undefined ? null : await this.listen()
    if (!unheard) this.say(opcodes.close, NORMAL_CLOSURE)
    return unheard
  }

  found() {
    const { address, certificate } = this.channel
    const facts: Facts = {
      subprotocol: this.fields.first('sec-websocket-protocol') ?? null,
      messages: this.messages.map((text) => escaped(text, 200)),
    }
    return { address, certificate, status: this.status, httpVersion: this.status === null ? null : '1.1', facts }
  }

  evidence(addresses: readonly string[]): Evidence {
    const { request } = this.upgrade
    const lines = shownFields(request).map(({ name, value }) => `${name}: ${value}`)
    return {
      request: [`GET ${shownPath(request.url)} HTTP/1.1`, `Host: ${request.url.host}`, ...lines].join('\n'),
      responseHead: this.rawHead === '' ? null : escapedBlock(this.rawHead, 8_192),
      body: this.messages.length === 0 ? null : escapedBlock(this.messages.join('\n'), limits.evidenceBodyBytes),
      addresses,
      chain: [],
      curl: `websocat -v '${request.url.origin.replace(/^http/, 'ws')}${shownPath(request.url)}'`,
    }
  }

  private say(opcode: number, payload: Uint8Array): void {
    this.channel.write(encodeFrame(opcode, payload))
  }

  /** What comes behind the head belongs to the first message. */
  private async readHead(): Promise<Failure | null> {
    const reader = new HeadReader(limits.headBytes)
    for (;;) {
      const heard = await this.channel.read(this.rawHead === '' ? 'firstByte' : 'headers')
      if (heard.kind === 'failed') return heard.failure
      if (heard.kind === 'closed') return this.closedEarly(heard.wasReset)
      const at = reader.read(heard.chunk, 0)
      this.rawHead += heard.chunk.toString('latin1', 0, at === -1 ? undefined : at)
      if (reader.failure) return reader.failure
      if (at === -1) continue
      this.status = reader.head.status
      this.fields = HeaderFields.parse(this.rawHead)
      this.reader.add(heard.chunk.subarray(at))
      return null
    }
  }

  private closedEarly(wasReset: boolean): Failure {
    if (this.rawHead !== '')
      return { code: 'INCOMPLETE_HEADERS', text: 'Response: closed the connection in the middle of its headers' }
    return wasReset
      ? { code: 'TCP_RESET', text: 'Response: the connection was reset before any answer' }
      : { code: 'EMPTY_REPLY', text: 'Response: closed the connection without answering' }
  }

  private judgeHead(): Failure | null {
    const { subprotocol } = this.spec
    return judgeUpgrade(this.status ?? 0, this.fields, { key: this.upgrade.key, subprotocol })
  }

  /** Reads messages until one is as it should be. */
  private async listen(): Promise<Failure | null> {
    for (;;) {
      const message = this.reader.next()
      switch (message?.kind) {
        case 'broken':
          return { code: 'WS_PROTOCOL', text: `WebSocket: the server ${message.why}` }
        case 'close':
          return {
            code: 'CLOSED_EARLY',
            text: `WebSocket: closed (${message.code ?? 'without a code'}) before the expected message`,
          }
        case 'ping':
          this.say(opcodes.pong, message.payload)
          break
        case 'text':
        case 'binary': {
          const isExpected = this.take(message.payload.toString('utf8'))
          if (isExpected !== false) return isExpected === true ? null : NO_PATTERN
          break
        }
        case undefined: {
          const failure = await this.hear()
          if (failure) return failure
        }
      }
    }
  }

  private async hear(): Promise<Failure | null> {
    const heard = await this.channel.read(this.messages.length === 0 ? 'answer' : 'talk')
    if (heard.kind === 'data') {
      this.reader.add(heard.chunk)
      return null
    }
    if (heard.kind === 'closed')
      return { code: 'CLOSED_EARLY', text: 'WebSocket: closed the connection before the expected message' }
    const last = this.messages.at(-1)
    if (last === undefined || heard.failure.code !== 'ANSWER_TIMEOUT') return heard.failure
    return { code: 'UNEXPECTED_ANSWER', text: `WebSocket: said '${escaped(last)}', and not what is expected` }
  }

  /** Undefined where the pattern is none. */
  private take(text: string): boolean | undefined {
    if (this.messages.length < MESSAGES_KEPT) this.messages.push(text.slice(0, limits.evidenceBodyBytes))
    const { expect, expectPattern } = this.spec
    if (expect !== undefined && !text.includes(expect)) return false
    return expectPattern === undefined ? true : matches(expectPattern, text)
  }
}

const MESSAGES_KEPT = 10

const NO_PATTERN: Failure = {
  code: 'PROBE_ERROR',
  text: 'The probe cannot look for the expected message: it is not a pattern of RE2',
}
