import { createECDH } from 'node:crypto'
import { z } from 'zod'
import type { MailSettings } from './mail.ts'

/** By what push services know the instance (RFC 8292): a pair of keys on P-256, as base64url. */
export interface WebPushKey {
  /** What browsers subscribe with; no secret. */
  readonly publicKey: string
  readonly privateKey: string
}

export interface WebPushSettings extends WebPushKey {
  /** Whom a push service turns to where our messages trouble it: `https:` or `mailto:`. */
  readonly subject: string
}

const curve = 'prime256v1'
const privateBytes = 32

/** The private key; the public one follows from it. What is wrong is told without a word of the key. */
export const webPushKey = z.string().transform((text, context): WebPushKey => {
  const key = parseWebPushKey(text)
  if (key) return key
  context.addIssue({ code: 'custom', message: 'takes a private key of P-256: 32 bytes as base64url' })
  return z.NEVER
})

/** Without it nothing is told by web push. */
export const webPushShape = { WEB_PUSH_KEY: webPushKey.optional() }

/** Undefined for a text that is no private key. */
export function parseWebPushKey(text: string): WebPushKey | undefined {
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) return undefined
  const pair = createECDH(curve)
  try {
    pair.setPrivateKey(text, 'base64url')
  } catch {
    return undefined
  }
  return { publicKey: pair.getPublicKey('base64url'), privateKey: text.slice(0, 43) }
}

export function makeWebPushKey(): WebPushKey {
  const pair = createECDH(curve)
  pair.generateKeys()
  // A number that happens to be small comes without the zeros before it.
  const number = pair.getPrivateKey()
  const privateKey = Buffer.concat([Buffer.alloc(privateBytes - number.length), number]).toString('base64url')
  return { publicKey: pair.getPublicKey('base64url'), privateKey }
}

/** Some push services refuse what is signed for nobody: the project stands for an instance that says nothing of itself. */
const project = 'https://github.com/betteruptime/betteruptime'

/** The settings of web push with a key; undefined without one. */
export function webPushOf(
  key: WebPushKey | undefined,
  { publicUrl, mail }: { publicUrl: string | undefined; mail: MailSettings | undefined },
): WebPushSettings | undefined {
  return key && { ...key, subject: subjectOf(publicUrl) ?? (mail ? `mailto:${addressOf(mail.from)}` : project) }
}

/** A push service can turn to nobody over `http:`, nor at `localhost`. */
function subjectOf(publicUrl: string | undefined): string | undefined {
  const url = publicUrl === undefined ? null : URL.parse(publicUrl)
  return url?.protocol === 'https:' && url.hostname !== 'localhost' ? url.origin : undefined
}

/** Of `name@example.com`, or `Name <name@example.com>`. */
function addressOf(mailbox: string): string {
  return /<([^<>]+)>$/.exec(mailbox)?.[1] ?? mailbox
}
