import { isIP } from 'node:net'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Asked } from '../access/guard.ts'
import { ownOrigin } from '../access/own-origin.ts'
import type { AccessSettings } from '../deps.ts'
import { AppError } from '../problems.ts'

export const challengeMs = 300_000

/** What passkeys are bound to: the origin of our pages, and the name in it (WebAuthn level 3, 5.1.2). */
export interface PasskeySite {
  readonly origin: string
  /** The relying party's. */
  readonly id: string
}

type Named = Pick<AccessSettings, 'publicUrl'>

/** @throws AppError `not_configured` where the instance does not know its own name. */
export function passkeySite(settings: Named, context: Context<Asked>): PasskeySite {
  const site = findPasskeySite(settings, context)
  if (!site)
    throw new AppError('not_configured', 'passkeys take a name: set PUBLIC_URL, or open the instance as localhost')
  return site
}

export function hasPasskeySite(settings: Named, context: Context<Asked>): boolean {
  return findPasskeySite(settings, context) !== undefined
}

/** A passkey belongs to a name; addresses have none. */
function findPasskeySite(settings: Named, context: Context<Asked>): PasskeySite | undefined {
  const origin = ownOrigin(settings, context)
  const id = origin && new URL(origin).hostname
  return origin && id && isIP(id.replace(/^\[|\]$/g, '')) === 0 ? { origin, id } : undefined
}

const clientData = z.object({ crossOrigin: z.boolean().optional() })

/** Whether it was a page of ours within somebody else's that asked. */
export function isFramed(clientDataJSON: string): boolean {
  return clientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))).crossOrigin === true
}

/** base64url, of at most 1023 bytes: any other text is the id of no passkey, and some is none that the database could look for. */
export function isCredentialId(text: string): boolean {
  return /^[\w-]{1,1364}$/.test(text)
}
