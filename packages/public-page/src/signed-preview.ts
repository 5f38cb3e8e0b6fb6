import { createHmac, timingSafeEqual } from 'node:crypto'
import { type PublicPage, publicPageSchema } from '@repo/contracts/public-page'
import { z } from 'zod'

/** A page that nobody outside sees yet, signed so that the program of the status pages draws it, and nothing that we did not write. */
export interface SignedPreview {
  readonly document: string
  readonly signature: string
}

const documentSchema = z.object({ pageId: z.uuid(), untilMs: z.number(), page: publicPageSchema })
const LASTS_MS = 600_000

export function signPreview(
  secret: string,
  { pageId, page, nowMs }: { pageId: string; page: PublicPage; nowMs: number },
): SignedPreview {
  const document = JSON.stringify({ pageId, untilMs: nowMs + LASTS_MS, page })
  return { document, signature: signatureOf(secret, document) }
}

/** Which page a document says that it is of: what it is signed with is that page's. Undefined of what is no document. */
export function pageIdIn(document: string): string | undefined {
  return parse(document)?.pageId
}

/** @returns undefined for what was signed by somebody else, or too long ago. */
export function openPreview(
  secret: string,
  { document, signature }: SignedPreview,
  nowMs: number,
): PublicPage | undefined {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(secret, document))]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const read = parse(document)
  return read && read.untilMs > nowMs ? read.page : undefined
}

function parse(document: string): z.output<typeof documentSchema> | undefined {
  try {
    return documentSchema.parse(JSON.parse(document))
  } catch {
    return undefined
  }
}

function signatureOf(secret: string, document: string): string {
  return createHmac('sha256', secret).update(`preview ${document}`).digest('base64url')
}
