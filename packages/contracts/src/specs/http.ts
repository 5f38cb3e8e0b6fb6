import { monitorLimits } from '@repo/domain/limits'
import { z } from 'zod'
import { isPlainText } from '../plain-text.ts'
import { assertions } from './assertion.ts'
import { headers, host, ipVersion, nameServers, port, secret, slowMs, timeoutMs, tlsWishes } from './fields.ts'

/** An absolute http(s) URL without credentials, as the person typed it, trimmed. */
export const httpUrl = urlOf(['http', 'https'])

/** A URL of one of the schemes, with the messages that a form shows. */
export function urlOf(schemes: readonly [string, string]) {
  return z
    .string({ error: 'a URL is required' })
    .trim()
    .min(1, { error: 'a URL is required', abort: true })
    .max(monitorLimits.urlLength, `a URL has at most ${monitorLimits.urlLength} characters`)
    .superRefine((text, context) => {
      const problem = urlProblem(text, schemes)
      if (problem) context.addIssue({ code: 'custom', message: problem })
    })
}

function urlProblem(text: string, schemes: readonly [string, string]): string | undefined {
  const [plain, secure] = schemes.map((scheme) => `${scheme}://`)
  const start = text.toLowerCase()
  if (!start.startsWith(`${plain}`) && !start.startsWith(`${secure}`)) return `must start with ${plain} or ${secure}`
  if (!isPlainText(text) || !URL.canParse(text)) return 'is not a valid URL'
  const { username, password } = new URL(text)
  return username || password ? 'must not contain a user name or password' : undefined
}

const statusRange = z
  .object({ from: z.number().int().min(100).max(999), to: z.number().int().min(100).max(999) })
  .refine(({ from, to }) => from <= to, 'a range starts with its smaller status')
export type StatusRange = z.output<typeof statusRange>

/** `200-299,401` as people write it, or the ranges that it means. */
const expectedStatus = z.preprocess(
  (value) => (typeof value === 'string' ? (parseStatusRanges(value) ?? value) : value),
  z.array(statusRange, { error: 'is not a set of statuses, such as 200-299,401' }).min(1).max(20),
)

/** Undefined for a text that is no set of statuses. */
export function parseStatusRanges(text: string): StatusRange[] | undefined {
  const ranges = text.split(',').map((part) => /^\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?$/.exec(part))
  if (ranges.some((range) => range === null)) return undefined
  return ranges.map((range) => ({ from: Number(range?.[1]), to: Number(range?.[2] ?? range?.[1]) }))
}

export const authSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('basic'), username: secret, password: secret }).strict(),
  z.object({ kind: z.literal('bearer'), token: secret }).strict(),
  z
    .object({
      kind: z.literal('api-key'),
      in: z.enum(['header', 'query']),
      name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, 'is not a name'),
      value: secret,
    })
    .strict(),
])
export type Auth = z.output<typeof authSchema>

/** A forward proxy that is asked to connect (RFC 9110 section 9.3.6). */
export const proxySchema = z.object({ host, port, username: secret.optional(), password: secret.optional() }).strict()
export type ProxySpec = z.output<typeof proxySchema>

export const httpSpecSchema = z
  .object({
    kind: z.literal('http'),
    url: httpUrl,
    timeoutMs,
    maxRedirects: z.number().int().min(0).max(monitorLimits.redirects.max).default(monitorLimits.redirects.default),
    /** Statuses of the final answer that mean `up`, as inclusive ranges. */
    expectedStatus: expectedStatus.default([{ from: 200, to: 299 }]),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).optional(),
    headers: headers.optional(),
    body: z.string().max(65_536).optional(),
    auth: authSchema.optional(),
    /** Where redirects may lead. */
    redirectsTo: z.enum(['any', 'same-host']).optional(),
    /** `no-downgrade`: no redirect leads from https to http. `required`: the final answer comes over https. */
    httpsRule: z.enum(['none', 'no-downgrade', 'required']).optional(),
    ipVersion: ipVersion.optional(),
    nameServers: nameServers.optional(),
    /** False: each check asks the name servers anew, whatever the records' time to live. */
    dnsCache: z.boolean().optional(),
    proxy: proxySchema.optional(),
    /** `2`: HTTP/2, agreed on by ALPN. */
    httpVersion: z.enum(['1.1', '2']).optional(),
    /** Adds a query parameter that is new each time. */
    cacheBusting: z.boolean().optional(),
    /** Checks each address of the host by itself and names the bad ones. */
    everyAddress: z.boolean().optional(),
    tls: tlsWishes.optional(),
    assertions: assertions.optional(),
    slowMs: slowMs.optional(),
  })
  .strict()
  .refine(({ proxy, httpVersion }) => !proxy || httpVersion !== '2', {
    path: ['httpVersion'],
    message: 'HTTP/2 is not spoken through a proxy',
  })
export type HttpSpec = z.output<typeof httpSpecSchema>

/** The one spelling of a URL by which two monitors are the same website. */
export function normalUrl(url: string): string {
  const parsed = new URL(url)
  parsed.hash = ''
  return parsed.href
}

/** What the first API means by a website: any status below 400 is `up`. */
export function websiteSpec(url: string): HttpSpec {
  return httpSpecSchema.parse({ kind: 'http', url, expectedStatus: [{ from: 100, to: 399 }] })
}
