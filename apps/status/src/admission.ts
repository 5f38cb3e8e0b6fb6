import { createHmac, timingSafeEqual } from 'node:crypto'
import { createRanges } from '@repo/service/caller'
import type { Asked } from './asked.ts'
import type { FoundPage } from './found-page.ts'
import type { Snapshot } from './snapshots.ts'

/** Who is let in to a page that is not for everybody. All of it works without a database. */

/** `locked`: there is a door. `absent`: whoever asks is not told that there is a page. */
export type Admission = 'open' | 'locked' | 'absent'

const DAY_MS = 86_400_000
/** Whoever was let in is let in again for so long. */
export const ADMITTED_MS = 7 * DAY_MS

export function admit(
  { kept }: FoundPage,
  request: Request,
  { asked, nowMs }: { asked: Asked; nowMs: number },
): Admission {
  const { access } = kept.snapshot
  switch (access.kind) {
    case 'public':
      return 'open'
    case 'ip':
      return inRanges(access.ranges, asked.address) ? 'open' : 'absent'
    default:
      return isAdmitted(kept.snapshot, request, nowMs) ? 'open' : 'locked'
  }
}

const rangesOf = new WeakMap<readonly string[], (address: string) => boolean>()

function inRanges(ranges: readonly string[], address: string): boolean {
  const known = rangesOf.get(ranges) ?? createRanges(ranges)
  rangesOf.set(ranges, known)
  return known(address)
}

/** The cookie of a page: another one for each of them, under one name for all that is asked of it. */
export function cookieName({ id }: Pick<Snapshot, 'id'>): string {
  return `status_${id.replaceAll('-', '')}`
}

/** `<until when>.<signature>`: good for this page, and until its password or its secret is another. */
export function signAdmission(snapshot: Snapshot, nowMs: number): string {
  const untilMs = nowMs + ADMITTED_MS
  return `${untilMs}.${signatureOf(snapshot, untilMs)}`
}

/** Lets a browser in from now on, as `Set-Cookie` says it. */
export function admittedCookie(
  { kept, base }: FoundPage,
  { nowMs, isSecure }: { readonly nowMs: number; readonly isSecure: boolean },
): string {
  const value = signAdmission(kept.snapshot, nowMs)
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName(kept.snapshot)}=${value}; Path=${base || '/'}; Max-Age=${ADMITTED_MS / 1_000}; HttpOnly; SameSite=Lax${secure}`
}

function isAdmitted(snapshot: Snapshot, request: Request, nowMs: number): boolean {
  const name = `${cookieName(snapshot)}=`
  const cookie = (request.headers.get('cookie') ?? '').split(/;\s*/).find((pair) => pair.startsWith(name))
  const [, until = '', signature = ''] = /^(\d{1,15})\.([\w-]+)$/.exec(cookie?.slice(name.length) ?? '') ?? []
  const untilMs = Number(until)
  if (untilMs <= nowMs || untilMs > nowMs + ADMITTED_MS) return false
  return sameText(signature, signatureOf(snapshot, untilMs))
}

function signatureOf({ id, secret, passwordHash, access }: Snapshot, untilMs: number): string {
  const key = `${secret}${access.kind}${passwordHash ?? ''}`
  return createHmac('sha256', key).update(`admission ${id} ${untilMs}`).digest('base64url')
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
