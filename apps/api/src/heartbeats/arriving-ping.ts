import { pingLimits } from '@repo/contracts/heartbeats'
import type { PingKind } from '@repo/domain/heartbeat'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Asked } from '../access/guard.ts'
import { hashOfToken } from '../access/link-tokens.ts'
import { AppError } from '../problems.ts'

/** A ping as it comes in, before anybody knows whose it is. */
export interface ArrivingPing {
  /** SHA-256 of the token, hexadecimal. */
  readonly tokenHash: string
  readonly kind: PingKind
  readonly method: string
  readonly exitCode: number | null
  readonly runId: string | null
  /** How long the run took, where the job says so itself. */
  readonly saidMs: number | null
  readonly address: string
  readonly userAgent: string
  readonly bodyBytes: number
  /** The beginning of its body; null where it had none. */
  readonly body: string | null
}

type Told = Pick<ArrivingPing, 'kind' | 'exitCode'>

const kinds: Readonly<Record<string, PingKind>> = { '': 'success', start: 'start', fail: 'fail', log: 'log' }
const highestExitCode = 255

/**
 * Reads `/heartbeat/<token>`, with `/start`, `/fail`, `/log` or an exit code behind it.
 *
 * @throws AppError `not_found` for another word, `invalid_parameter` for a run id that is none.
 */
export async function readPing(context: Context<Asked>): Promise<ArrivingPing> {
  const told = toldBy(context.req.param('what') ?? '')
  const runId = context.req.query('rid')
  if (runId !== undefined && !z.uuid().safeParse(runId).success)
    throw new AppError('invalid_parameter', 'rid: takes a UUID')
  const bytes = context.req.method === 'POST' ? new Uint8Array(await context.req.arrayBuffer()) : new Uint8Array()
  return { ...sender(context), ...told, runId: runId ?? null, saidMs: null, ...keptOf(bytes) }
}

/** Reads Uptime Kuma's `/api/push/<token>?status=up|down&msg=…&ping=…`. */
export function readPush(context: Context<Asked>): ArrivingPing {
  const { status = 'up', msg = '', ping = '' } = context.req.query()
  const saidMs = Number.parseFloat(ping)
  return {
    ...sender(context),
    kind: status === 'up' ? 'success' : 'fail',
    exitCode: null,
    runId: null,
    saidMs: saidMs >= 0 && saidMs <= longestSaidMs ? saidMs : null,
    ...keptOf(new TextEncoder().encode(msg)),
  }
}

const longestSaidMs = 31 * 86_400_000

function toldBy(what: string): Told {
  const kind = kinds[what]
  if (kind) return { kind, exitCode: null }
  const exitCode = /^\d{1,3}$/.test(what) ? Number(what) : Number.NaN
  if (!(exitCode <= highestExitCode))
    throw new AppError('not_found', 'behind the token may stand start, fail, log, or an exit code from 0 to 255')
  return { kind: exitCode === 0 ? 'success' : 'fail', exitCode }
}

function sender(context: Context<Asked>): Pick<ArrivingPing, 'tokenHash' | 'method' | 'address' | 'userAgent'> {
  const { address, userAgent } = context.get('caller')
  const tokenHash = hashOfToken(context.req.param('token') ?? '').toString('hex')
  return { tokenHash, method: context.req.method, address, userAgent: withoutNul(userAgent) }
}

function keptOf(bytes: Uint8Array): Pick<ArrivingPing, 'bodyBytes' | 'body'> {
  const text = new TextDecoder().decode(bytes.subarray(0, pingLimits.bodyBytes))
  return { bodyBytes: bytes.length, body: bytes.length === 0 ? null : withoutNul(text) }
}

/** A NUL character is no part of a text to the database. */
function withoutNul(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** The first words of a body, for a sentence. */
export function firstWordsOf(body: string | null): string {
  const line = (body ?? '').split(/[\r\n]/).find((one) => one.trim() !== '') ?? ''
  return line
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
    .slice(0, pingLimits.wordsLength)
}
