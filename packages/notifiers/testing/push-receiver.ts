import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto'

/** The browser's end of web push, written down from the RFCs, so that what we send is read by other code than that which wrote it. */

/** What a browser keeps to itself, with the two that it tells. */
export interface Subscription {
  readonly p256dh: string
  readonly auth: string
  readonly privateKey: string
}

/** The subscription of RFC 8291, Appendix A. */
export const exampleSubscription: Subscription = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
}

/** An instance that sends; its pair is that of the application server in RFC 8291, Appendix A. */
export const exampleIdentity = {
  publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  privateKey: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  subject: 'https://uptime.example.com',
}

const [saltBytes, tagBytes] = [16, 16]
const fromBase64 = (text: string) => Buffer.from(text, 'base64url')

/** Opens a message as the browser does (RFC 8291, over the one record of RFC 8188). @throws Error where it is not for this subscription. */
export function openMessage(sent: Uint8Array, { p256dh, auth, privateKey }: Subscription): string {
  const bytes = Buffer.from(sent)
  const salt = bytes.subarray(0, saltBytes)
  const keyEnd = saltBytes + 5 + bytes.readUInt8(saltBytes + 4)
  const sender = bytes.subarray(saltBytes + 5, keyEnd)
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(fromBase64(privateKey))
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), fromBase64(p256dh), sender])
  const secret = derive(pair.computeSecret(sender), fromBase64(auth), { info, bytes: 32 })
  const key = derive(secret, salt, { info: 'Content-Encoding: aes128gcm\0', bytes: 16 })
  const nonce = derive(secret, salt, { info: 'Content-Encoding: nonce\0', bytes: 12 })
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(bytes.subarray(-tagBytes))
  const record = Buffer.concat([decipher.update(bytes.subarray(keyEnd, -tagBytes)), decipher.final()])
  // A 2 ends the last record, and padding follows it.
  return record.subarray(0, record.lastIndexOf(2)).toString()
}

function derive(from: Buffer, salt: Buffer, { info, bytes }: { info: string | Buffer; bytes: number }): Buffer {
  return Buffer.from(hkdfSync('sha256', from, salt, info, bytes))
}

export interface Vapid {
  readonly publicKey: string
  /** Whether its token is signed by that very key. */
  readonly isSigned: boolean
  readonly header: { readonly alg?: string; readonly typ?: string }
  readonly claims: { readonly aud?: string; readonly exp?: number; readonly sub?: string }
}

/** Who sends (RFC 8292), by what `Authorization` says. Undefined where it says nothing of the kind. */
export function vapidIn(authorization: string | null): Vapid | undefined {
  const [, header = '', claims = '', signature = '', publicKey = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization ?? '') ?? []
  if (publicKey === '') return undefined
  const point = fromBase64(publicKey)
  const half = (from: number) => point.subarray(from, from + 32).toString('base64url')
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: half(1), y: half(33) }, format: 'jwk' })
  const signed = Buffer.from(`${header}.${claims}`)
  return {
    publicKey,
    isSigned: verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, fromBase64(signature)),
    header: JSON.parse(fromBase64(header).toString()),
    claims: JSON.parse(fromBase64(claims).toString()),
  }
}
