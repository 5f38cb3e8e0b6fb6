import type { WebsocketSpec } from '@repo/contracts/specs/socket'
import type { Evidence, Outcome } from '@repo/domain/outcome'
import { literalAddress } from '../egress/egress.ts'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { Channel } from '../engine/channel.ts'
import { shellWord } from '../engine/command.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { type Mask, maskedFailure, maskFor } from '../engine/masking.ts'
import { findAddresses, type Place } from '../engine/place.ts'
import { escaped, escapedBlock } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { shownFields, shownPath } from '../http/shown-request.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { judgeHandshake, tlsOptions } from '../tls/handshake.ts'
import { Conversation } from '../websocket/conversation.ts'
import { judgeUpgrade, shownUpgrade, type Upgrade, upgradeRequest, upgradeText } from '../websocket/handshake.ts'
import { UpgradeReader } from '../websocket/upgrade-reader.ts'

const HTTP_1 = '\x08http/1.1'
const HEAD_CHARACTERS = 8_192

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
  const { channel, failure } = await Channel.open(placeOf(url, spec, { addresses, deps }), run, (connection, error) =>
    judgeHandshake(connection, error, { wishes: spec.tls, host: url.hostname, nowMs: nowMs(deps) }),
  )
  try {
    const visit = new Visit(spec, upgrade, channel)
    const finding = failure ?? (await visit.pay()) ?? channel.remark
    return {
      passing: visit.wasAnswered ? `${passing} and answered` : passing,
      finding,
      ...visit.found(),
      hops: [{ url: shownUrl(spec), address: channel.address, status: visit.status, total: totalUs(run) }],
      evidence: finding ? visit.evidence(addresses) : null,
    }
  } finally {
    channel.close()
  }
}

function placeOf(
  url: URL,
  spec: WebsocketSpec,
  { addresses, deps }: { addresses: readonly string[]; deps: ProbeDeps },
): Place {
  const name = literalAddress(url.hostname) === undefined ? url.hostname : null
  const isSecure = url.protocol === 'https:'
  return {
    host: url.hostname,
    port: Number(url.port || (isSecure ? 443 : 80)),
    addresses,
    tls: isSecure ? tlsOptions(name, spec.tls, { ca: deps.ca, alpn: HTTP_1 }) : null,
  }
}

/** A query and a fragment may hold secrets. */
function shownUrl({ url }: WebsocketSpec): string {
  return url.replace(/[?#].*$/s, '')
}

function totalUs(run: ProbeRun): number {
  return run.stopwatch.phases().total
}

/** The upgrade and what follows it. */
class Visit {
  private readonly answer: UpgradeReader
  private readonly conversation: Conversation
  private readonly mask: Mask

  constructor(
    private readonly spec: WebsocketSpec,
    private readonly upgrade: Upgrade,
    private readonly channel: Channel,
  ) {
    this.mask = maskFor(spec)
    this.answer = new UpgradeReader(channel)
    this.conversation = new Conversation(spec, channel, this.mask)
  }

  get status(): number | null {
    return this.answer.status
  }

  get wasAnswered(): boolean {
    return this.conversation.messages.length > 0
  }

  async pay(): Promise<Failure | null> {
    this.channel.write(upgradeText(this.upgrade))
    const failure = (await this.answer.read()) ?? this.judgeAnswer()
    return maskedFailure(failure ?? (await this.conversation.hold(this.answer.rest)), this.mask)
  }

  found() {
    const { address, certificate } = this.channel
    const { status } = this
    const subprotocol = this.answer.fields.first('sec-websocket-protocol')
    const facts = {
      subprotocol: subprotocol === undefined ? null : escaped(this.mask(subprotocol), 128),
      messages: this.conversation.messages.map((text) => escaped(text, 200)),
    }
    return { address, certificate, status, httpVersion: status === null ? null : '1.1', facts }
  }

  evidence(addresses: readonly string[]): Evidence {
    const safe = (text: string, limit: number) => (text === '' ? null : escapedBlock(this.mask(text), limit))
    const { certificate } = this.channel
    return {
      request: escapedBlock(shownUpgrade(this.upgrade), HEAD_CHARACTERS),
      responseHead: safe(this.answer.rawHead, HEAD_CHARACTERS),
      body: safe(this.said(), limits.evidenceBodyBytes),
      addresses,
      chain: certificate ? [certificate.subject, ...certificate.chain.slice(1).map(({ subject }) => subject)] : [],
      curl: command(this.spec, this.upgrade),
    }
  }

  /** The messages; of a server that did not switch protocols, what came of its page along with the head. */
  private said(): string {
    if (this.wasAnswered) return this.conversation.messages.join('\n')
    return this.status === 101 ? '' : this.answer.rest.toString('utf8', 0, limits.evidenceBodyBytes)
  }

  private judgeAnswer(): Failure | null {
    const { subprotocol } = this.spec
    const { status, fields } = this.answer
    return judgeUpgrade(status ?? 0, fields, { key: this.upgrade.key, subprotocol, mask: this.mask })
  }
}

/** A command that repeats the check; secrets are left to whoever has them. */
function command({ subprotocol, tls }: WebsocketSpec, { request }: Upgrade): string {
  const { url } = request
  const own = new Set(['accept', 'accept-encoding', 'cache-control', 'connection'])
  const words = [
    'websocat -v',
    ...(tls?.verify === false ? ['--insecure'] : []),
    ...(subprotocol ? [`--protocol ${shellWord(subprotocol)}`] : []),
    ...shownFields(request)
      .filter(({ name }) => !own.has(name.toLowerCase()))
      .map(({ name, value }) => `-H ${shellWord(`${name}: ${value}`)}`),
    shellWord(`${url.origin.replace(/^http/, 'ws')}${shownPath(url)}`),
  ]
  return words.join(' ')
}
