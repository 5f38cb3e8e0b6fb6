import { describe, expect, test } from 'bun:test'
import type { PublicIncident, PublicMaintenance } from '@repo/contracts/public-page'
import { z } from 'zod'
import { at, makeComponent, makePage, makePart, makeSnapshot, openStatusApp } from './page-ground.ts'

const search = makeComponent({ name: 'Search', state: 'degraded_performance' })
const shop = makeComponent({ name: 'Shop', state: 'partial_outage', parts: [makePart({ name: 'Cart' })] })
const incident: PublicIncident = {
  id: crypto.randomUUID(),
  title: 'Slow search',
  impact: 'minor',
  phase: 'monitoring',
  beganAt: at(-30),
  resolvedAt: null,
  componentIds: [search.id],
  updates: [
    { id: crypto.randomUUID(), phase: 'monitoring', body: 'It is faster.', at: at(-5) },
    { id: crypto.randomUUID(), phase: 'investigating', body: 'We look.', at: at(-30) },
  ],
}
const resolved = { ...incident, id: crypto.randomUUID(), phase: 'resolved', resolvedAt: at(-90) } as const
const upgrade: PublicMaintenance = {
  id: crypto.randomUUID(),
  title: 'Upgrade',
  body: 'Orders may wait.',
  state: 'scheduled',
  startsAt: at(60),
  endsAt: at(90),
  componentIds: [shop.id],
}
const current = { ...upgrade, id: crypto.randomUUID(), state: 'in_progress' } as const
const sectionId = crypto.randomUUID()
const { ask } = openStatusApp([
  makeSnapshot({
    page: makePage({
      indicator: 'minor',
      sections: [{ id: sectionId, name: 'Shop', isFolded: false, components: [search, shop] }],
      incidents: [incident, resolved],
      maintenances: [current, upgrade],
    }),
  }),
])

async function read(name: string): Promise<Record<string, never>> {
  const answer = await ask(`/status/shop/api/v2/${name}`)
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  return (await answer.json()) as never
}

const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id)

const when = z.iso.datetime()
const id = z.string().min(1)
const page = z.strictObject({ id, name: z.string(), url: z.url(), time_zone: z.string(), updated_at: when })
const status = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  description: z.string().min(1),
})
const component = z.strictObject({
  ...{
    id,
    name: z.string(),
    page_id: id,
    group_id: id.nullable(),
    group: z.boolean(),
    components: z.array(id).optional(),
  },
  status: z.enum(['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance']),
  ...{ created_at: when, updated_at: when, start_date: z.iso.date().nullable(), position: z.int().positive() },
  ...{ description: z.string().nullable(), showcase: z.boolean(), only_show_if_degraded: z.boolean() },
})
const updateOf = (states: readonly string[]) =>
  z.strictObject({
    ...{ id, incident_id: id, status: z.enum(states), body: z.string() },
    ...{ created_at: when, updated_at: when, display_at: when },
    ...{
      affected_components: z.null(),
      deliver_notifications: z.boolean(),
      custom_tweet: z.null(),
      tweet_id: z.null(),
    },
  })
const happening = (states: readonly string[], impacts: readonly string[]) => ({
  ...{ id, name: z.string(), page_id: id, shortlink: z.url(), status: z.enum(states), impact: z.enum(impacts) },
  ...{
    created_at: when,
    updated_at: when,
    started_at: when,
    monitoring_at: when.nullable(),
    resolved_at: when.nullable(),
  },
  ...{ incident_updates: z.array(updateOf(states)), components: z.array(component) },
})
const phases = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']
const incidentSchema = z.strictObject(happening(phases, ['none', 'minor', 'major', 'critical']))
const maintenance = z.strictObject({
  ...happening(
    ['scheduled', 'in_progress', 'verifying', 'completed'],
    ['none', 'minor', 'major', 'critical', 'maintenance'],
  ),
  ...{ scheduled_for: when, scheduled_until: when },
})
/** As their public API answers, field by field and no other (https://metastatuspage.com/api/v2, and what live pages send beside it). */
const published: Readonly<Record<string, z.ZodType>> = {
  summary: z.strictObject({
    ...{ page, status, components: z.array(component) },
    ...{ incidents: z.array(incidentSchema), scheduled_maintenances: z.array(maintenance) },
  }),
  status: z.strictObject({ page, status }),
  components: z.strictObject({ page, components: z.array(component) }),
  incidents: z.strictObject({ page, incidents: z.array(incidentSchema).min(1) }),
  'incidents/unresolved': z.strictObject({ page, incidents: z.array(incidentSchema).min(1) }),
  'scheduled-maintenances': z.strictObject({ page, scheduled_maintenances: z.array(maintenance).min(1) }),
  'scheduled-maintenances/upcoming': z.strictObject({ page, scheduled_maintenances: z.array(maintenance).min(1) }),
  'scheduled-maintenances/active': z.strictObject({ page, scheduled_maintenances: z.array(maintenance).min(1) }),
}

describe('the Statuspage API', () => {
  test.each(Object.entries(published))('has the fields of theirs and no other: %s', async (name, schema) => {
    expect(schema.safeParse(await read(`${name}.json`)).error?.issues ?? []).toEqual([])
  })

  test('says in every answer of which page it is', async () => {
    for (const name of ['summary', 'status', 'components', 'incidents', 'scheduled-maintenances'])
      expect((await read(`${name}.json`)).page).toEqual({
        id: 'shop',
        name: 'Shop',
        url: 'http://status.test/status/shop',
        time_zone: 'UTC',
        updated_at: at(),
      } as never)
  })

  test('sums up: the indicator, all components, what lasts and what is planned', async () => {
    const summary = await read('summary.json')
    expect(summary.status).toEqual({ indicator: 'minor', description: 'Partially Degraded Service' } as never)
    expect(idsOf(summary.incidents ?? [])).toEqual([incident.id])
    expect(idsOf(summary.scheduled_maintenances ?? [])).toEqual([current.id, upgrade.id])
  })

  test('has sections and components of parts as groups', async () => {
    const { components = [] } = await read('components.json')
    expect(components as object[]).toMatchObject([
      {
        id: sectionId,
        group: true,
        group_id: null,
        status: 'partial_outage',
        components: [search.id, shop.id],
        position: 1,
      },
      { id: search.id, group: false, group_id: sectionId, status: 'degraded_performance', position: 2 },
      { id: shop.id, group: true, group_id: sectionId, status: 'partial_outage', position: 3 },
      { name: 'Cart', group: false, group_id: shop.id, status: 'operational', position: 4 },
    ])
  })

  test('tells an incident with its updates, newest first, and what it concerns', async () => {
    const { incidents = [] } = await read('incidents.json')
    expect(incidents as object[]).toMatchObject([
      {
        ...{ id: incident.id, name: 'Slow search', status: 'monitoring', impact: 'minor' },
        ...{ monitoring_at: at(-5), resolved_at: null, started_at: at(-30), updated_at: at(-5) },
        shortlink: `http://status.test/status/shop/incidents/${incident.id}`,
        incident_updates: [{ status: 'monitoring', body: 'It is faster.' }, { status: 'investigating' }],
        components: [{ id: search.id, name: 'Search' }],
      },
      { id: resolved.id, status: 'resolved', resolved_at: at(-90) },
    ])
    expect(idsOf((await read('incidents/unresolved.json')).incidents ?? [])).toEqual([incident.id])
  })

  test('tells maintenances: all, those to come, and those that last', async () => {
    const all = (await read('scheduled-maintenances.json')).scheduled_maintenances ?? []
    expect(all as object[]).toMatchObject([
      { id: current.id, status: 'in_progress' },
      { id: upgrade.id, status: 'scheduled', impact: 'maintenance', scheduled_for: at(60), scheduled_until: at(90) },
    ])
    const active = await read('scheduled-maintenances/active.json')
    expect(idsOf(active.scheduled_maintenances ?? [])).toEqual([current.id])
    const coming = await read('scheduled-maintenances/upcoming.json')
    expect(idsOf(coming.scheduled_maintenances ?? [])).toEqual([upgrade.id])
  })

  test('tells of cancelled maintenance that it is over, and why, for it has no word for that', async () => {
    const page = makePage({ maintenances: [{ ...upgrade, state: 'cancelled' }] })
    const own = openStatusApp([makeSnapshot({ page })])
    const ask = async (name: string) =>
      ((await (await own.ask(`/status/shop/api/v2/${name}`)).json()) as { scheduled_maintenances: object[] })
        .scheduled_maintenances
    expect(await ask('scheduled-maintenances.json')).toMatchObject([
      { status: 'completed', incident_updates: [{ status: 'completed', body: 'Cancelled\n\nOrders may wait.' }] },
    ])
    expect(await ask('scheduled-maintenances/upcoming.json')).toEqual([])
  })

  test('tells what is not known as it was last known, for it has no word for that', async () => {
    const lost = [
      makeComponent({ state: 'unknown', lastKnown: 'major_outage' }),
      makeComponent({ state: 'unknown', lastKnown: 'operational' }),
      makeComponent({ state: 'unknown', lastKnown: 'unknown' }),
    ]
    const sections = [{ id: sectionId, name: '', isFolded: false, components: lost }]
    const own = openStatusApp([makeSnapshot({ page: makePage({ indicator: 'unknown', sections }) })])
    const summary = (await (await own.ask('/status/shop/api/v2/summary.json')).json()) as {
      components: { status: string }[]
    }
    expect(summary.components.map(({ status }) => status)).toEqual(['major_outage', 'operational', 'operational'])
    expect(summary).toMatchObject({ status: { indicator: 'none', description: 'Status Unknown' } })
  })

  test('uses only words that theirs has', async () => {
    const { components = [] } = await read('components.json')
    const known = ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance']
    for (const { status } of components as { status: string }[]) expect(known).toContain(status)
  })

  test.each([
    ['major_outage', 'major_outage'],
    ['operational', 'operational'],
    ['unknown', 'operational'],
  ] as const)('says of what is not known what it was last: %s', async (lastKnown, status) => {
    const components = [makeComponent({ state: 'unknown', lastKnown })]
    const sections = [{ id: crypto.randomUUID(), name: '', isFolded: false, components }]
    const unknown = openStatusApp([makeSnapshot({ page: makePage({ sections }) })])
    const answer = (await (await unknown.ask('/status/shop/api/v2/components.json')).json()) as object
    expect(answer).toMatchObject({ components: [{ status }] })
  })

  test('is under a name of its own at the very paths that tools expect', async () => {
    const own = openStatusApp([makeSnapshot({ page: makePage({ domain: 'status.example.com' }) })])
    const answer = await own.ask('/api/v2/status.json', { host: 'status.example.com' })
    expect(await answer.json()).toMatchObject({ page: { url: 'https://status.example.com' } })
    expect((await own.ask('/api/v2/status.json', { host: 'other.example.com' })).status).toBe(404)
  })
})
