import { monitorLimits } from '@repo/domain/limits'
import { z } from 'zod'
import { isPlainText } from './plain-text.ts'

/** An absolute http(s) URL without credentials, as the person typed it, trimmed. */
export const httpUrl = z
  .string({ error: 'a URL is required' })
  .trim()
  .min(1, { error: 'a URL is required', abort: true })
  .max(monitorLimits.urlLength, `a URL has at most ${monitorLimits.urlLength} characters`)
  .superRefine((text, context) => {
    const problem = httpUrlProblem(text)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })

function httpUrlProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return 'must start with http:// or https://'
  if (!isPlainText(text) || !URL.canParse(text)) return 'is not a valid URL'
  const { username, password } = new URL(text)
  return username || password ? 'must not contain a user name or password' : undefined
}

/** The one spelling of a URL by which two monitors are the same website. */
export function normalUrl(url: string): string {
  const parsed = new URL(url)
  parsed.hash = ''
  return parsed.href
}

const statusRange = z
  .object({ from: z.number().int().min(100).max(999), to: z.number().int().min(100).max(999) })
  .refine(({ from, to }) => from <= to, 'a range starts with its smaller status')

export const httpSpecSchema = z
  .object({
    kind: z.literal('http'),
    url: httpUrl,
    timeoutMs: z
      .number()
      .int()
      .min(monitorLimits.timeoutMs.min)
      .max(monitorLimits.timeoutMs.max)
      .default(monitorLimits.timeoutMs.default),
    maxRedirects: z.number().int().min(0).max(monitorLimits.redirects.max).default(monitorLimits.redirects.default),
    /** Statuses of the final answer that mean `up`, as inclusive ranges. */
    expectedStatus: z
      .array(statusRange)
      .min(1)
      .max(20)
      .default([{ from: 200, to: 299 }]),
  })
  .strict()
export type HttpSpec = z.output<typeof httpSpecSchema>

/** One member per check type. A new type is its spec here, its probe in `packages/probes`, and a line in each list. */
export const checkSpecSchema = z.discriminatedUnion('kind', [httpSpecSchema])
export type CheckSpec = z.output<typeof checkSpecSchema>
export type CheckKind = CheckSpec['kind']

/** What the first API means by a website: any status below 400 is `up`. */
export function websiteSpec(url: string): HttpSpec {
  return httpSpecSchema.parse({ kind: 'http', url, expectedStatus: [{ from: 100, to: 399 }] })
}
