import { Channel } from '../engine/channel.ts'
import type { Endpoint } from '../engine/endpoint.ts'
import type { Failure } from '../engine/failure.ts'
import type { ProbeRun } from '../engine/run.ts'
import { withOldVersions } from '../tls/handshake.ts'
import type { Line } from './protocols.ts'
import { Talk } from './talk.ts'

/** A conversation that was held as far as it went. Whoever began it closes its channel. */
export interface Conversed {
  readonly channel: Channel
  readonly talk: Talk
  readonly failure: Failure | null
}

/**
 * Connects and holds a conversation. Where the other side refuses every version of TLS that is asked for, it is asked once
 * more as one did long ago, to be able to say what it does offer; the judge lets none of that pass.
 */
export async function converse(endpoint: Endpoint, lines: readonly Line[], run: ProbeRun): Promise<Conversed> {
  const conversed = await converseOnce(endpoint, lines, run)
  if (conversed.failure?.code !== 'TLS_VERSION' || conversed.channel.certificate || run.isOver) return conversed
  const again = await converseOnce(withOldTls(endpoint), lines, run)
  const [told, other] = again.failure?.code === 'TLS_VERSION' ? [again, conversed] : [conversed, again]
  other.channel.close('terminate')
  return told
}

async function converseOnce(endpoint: Endpoint, lines: readonly Line[], run: ProbeRun): Promise<Conversed> {
  const { channel, failure } = await Channel.open(endpoint.place, run, endpoint.judge)
  const talk = new Talk(channel, endpoint.tls)
  try {
    return { channel, talk, failure: failure ?? (await talk.hold(lines)) ?? (await objectionTo(channel, lines, run)) }
  } catch (error) {
    channel.close('terminate')
    throw error
  }
}

const OBJECTION_MS = { least: 20, most: 250 } as const

/**
 * In TLS 1.3 a server says only after the handshake that it misses a certificate of ours: half a round trip later. Where
 * something else is waited for, that is heard anyway.
 */
async function objectionTo(channel: Channel, lines: readonly Line[], run: ProbeRun): Promise<Failure | null> {
  const last = lines.at(-1)
  if (channel.certificate?.protocol !== 'TLSv1.3' || (last && !('startTls' in last))) return null
  const roundTripMs = (run.stopwatch.phases().connect ?? 0) / 1_000
  return channel.objection(Math.min(OBJECTION_MS.least + 2 * roundTripMs, OBJECTION_MS.most))
}

function withOldTls({ place, tls, judge }: Endpoint): Endpoint {
  return { place: { ...place, tls: place.tls && withOldVersions(place.tls) }, tls: withOldVersions(tls), judge }
}
