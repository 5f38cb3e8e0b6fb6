import { expect } from 'bun:test'
import fc from 'fast-check'
import { bodySchemaOf, type Document, faultOf, type Route, routesOf } from './contract-document.ts'
import { valuesOf } from './contract-inputs.ts'
import type { ApiInstance } from './instance.ts'
import { matrix } from './matrix-rows.ts'

/** The same inputs in each run of the build: what fails can be looked at. */
export const repeatable = { seed: 20_260_601 }

export interface Asking {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly id?: string
  readonly query?: string
  readonly at?: ApiInstance
}

export interface Answered {
  readonly status: number
  readonly etag: string
  /** What was in it, where it was JSON. */
  readonly json: Record<string, unknown>
}

/** An instance whose answers are held against its description, one and all. `seen` are the statuses of each route. */
export async function openGround(api: ApiInstance, seen = new Map<string, Set<number>>()) {
  const document = (await (await api.ask('/api/v1/openapi.json')).json()) as Document
  const routes = routesOf(document)

  function note({ name }: Route, status: number): void {
    seen.set(name, (seen.get(name) ?? new Set()).add(status))
  }

  async function ask(
    route: Route,
    { at = api, id = Bun.randomUUIDv7(), query = '', ...asked }: Asking,
  ): Promise<Answered> {
    const body = 'body' in asked ? asked.body : sampleBody(route)
    const answer = await at.ask(`/api/v1${route.path.replace(/\{\w+\}/, id).replace(/\{\w+\}/, '1')}${query}`, {
      ...asked,
      method: route.method,
      ...(body !== undefined && { body }),
    })
    const copy = answer.clone()
    expect(await faultOf(route, answer)).toBeUndefined()
    note(route, answer.status)
    const isJson =
      copy.headers.get('content-type')?.endsWith('json') && copy.headers.get('content-type') !== 'application/x-ndjson'
    return {
      status: copy.status,
      etag: copy.headers.get('etag') ?? '',
      json: isJson ? ((await copy.json()) as Answered['json']) : {},
    }
  }

  return {
    api,
    document,
    routes,
    seen,
    note,
    ask,
    /** Asks a route by its name for what must have this status. */
    async expect(name: string, status: number, asking: Asking = {}): Promise<Answered> {
      const route = routes.find((known) => known.name === name)
      if (!route) throw new Error(`there is no route ${name}`)
      const answered = await ask(route, asking)
      expect([name, answered.status]).toEqual([name, status])
      return answered
    },
  }
}

export type Ground = Awaited<ReturnType<typeof openGround>>

/** A body that a route takes, or might. */
export function sampleBody(route: Route): unknown {
  const schema = bodySchemaOf(route)
  const written = matrix[`${route.method} /api/v1${route.path}`]?.body
  return written ?? (schema && fc.sample(valuesOf(schema), { ...repeatable, numRuns: 1 })[0])
}

/** @throws Error where there is no such route. */
export function routeOf({ routes }: Ground, name: string) {
  const route = routes.find((known) => known.name === name)
  if (!route) throw new Error(`there is no route ${name}`)
  return route
}
