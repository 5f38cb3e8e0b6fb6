import { problemSchema } from '@repo/contracts/problem'
import type { z } from 'zod'

/** What is asked of the API. */
export interface AlertsAsked {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

/** An answer of the API: as it came, and as it is understood. */
export interface AlertsAnswer<Value> {
  readonly json: unknown
  readonly value: Value
}

export interface AlertsApi {
  /** @throws Error that says in one line what the API, or the way to it, has against it. */
  ask<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    asked?: AlertsAsked,
  ): Promise<AlertsAnswer<z.output<Schema>>>
}

const patienceMs = 30_000
const shownLength = 300

/** The API of an instance, for whoever has a key of it. */
export function createAlertsApi({ url, key }: { url: URL; key: string }): AlertsApi {
  return {
    async ask(path, schema, { method = 'GET', query = {}, body } = {}) {
      const target = new URL(`/api/v1${path}`, url)
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) target.searchParams.set(name, String(value))
      const answer = await send(target, {
        method,
        // Whoever answers for the instance must not have the key sent to somebody else.
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
        headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const json = answer.status === 204 ? null : await readJson(answer, url)
      if (!answer.ok) throw new Error(complaintOf(json, answer.status))
      const parsed = schema.safeParse(json)
      if (!parsed.success) throw new Error(`${url.origin} answered what an instance of this version does not`)
      return { json, value: parsed.data }
    },
  }
}

async function send(target: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(target, init)
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string }
    const why = name === 'TimeoutError' ? `no answer within ${patienceMs / 1_000} s` : (code ?? message)
    throw new Error(`cannot reach ${target.origin}: ${why}`)
  }
}

async function readJson(answer: Response, url: URL): Promise<unknown> {
  try {
    return JSON.parse(await answer.text())
  } catch {
    throw new Error(`${url.origin} answered ${answer.status}, and no JSON: is it the address of an instance?`)
  }
}

function complaintOf(json: unknown, status: number): string {
  const problem = problemSchema.safeParse(json)
  if (!problem.success) return `the API answered ${status}`
  const { title, code, detail, errors = [] } = problem.data
  const fields = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return `${title} (${code})${fields || detail ? `: ${(fields || detail || '').slice(0, shownLength)}` : ''}`
}
