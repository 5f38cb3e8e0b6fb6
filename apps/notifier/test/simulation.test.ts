import { expect, test } from 'bun:test'
import { readAlertingColumns } from '@repo/contracts/alerting'
import { toAlertRule } from '@repo/contracts/alerts'
import { readAlerting } from '@repo/db/queries/alerting'
import { createSchedule } from '@repo/db/queries/on-call'
import { addAlertPolicy, addChannel } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addMember } from '@repo/db/testing/people'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import { type AlertStory, type PlannedAlert, planAlerts } from '@repo/domain/alert-plan'
import { type IncidentId, parseScheduleId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { anyLayer, anyPolicy, anyStory } from '@repo/domain/testing/alerts'
import fc from 'fast-check'
import { clock, database, MINUTE_MS, plan, tell, useTelling } from './telling.ts'

useTelling()

const outages = 1_000
/** With two policies each. */
const workspaces = 500
const stepMs = 5 * MINUTE_MS
const spanMs = 26 * 60 * MINUTE_MS

interface Ground {
  readonly workspaceId: WorkspaceId
  readonly alerting: ReturnType<typeof readAlertingColumns>
}

interface Outage extends Ground {
  readonly story: AlertStory
  readonly incidentId: IncidentId
  readonly monitor: Awaited<ReturnType<typeof addMonitor>>
}

/** People, channels and policies by chance. */
async function anyGround(seed: number): Promise<Ground> {
  const { sql } = database
  const workspaceId = await addWorkspace(sql)
  const userIds = [await addMember(sql, workspaceId, 'member'), await addMember(sql, workspaceId, 'member')]
  const channelIds = [
    await addChannel(sql, { workspaceId }),
    await addChannel(sql, { workspaceId, userId: userIds[0] ?? null }),
    await addChannel(sql, { workspaceId, userId: userIds[1] ?? null }),
  ]
  const id = parseScheduleId(Bun.randomUUIDv7())
  const named = { channelIds, userIds, scheduleIds: [id], startsOn: '2026-05-30' }
  const [layers = []] = fc.sample(fc.array(anyLayer(named), { minLength: 1, maxLength: 2 }), { seed, numRuns: 1 })
  await createSchedule(sql, { id, workspaceId, name: 'Rota', layers }, noonMs)
  for (const policy of fc.sample(anyPolicy('', named), { seed, numRuns: 2 }))
    await addAlertPolicy(sql, { workspaceId, rule: toAlertRule(policy) })
  const stored = (await readAlerting(sql, [workspaceId])).get(workspaceId)
  if (!stored) throw new Error('nothing is stored')
  return { workspaceId, alerting: readAlertingColumns(stored, () => {}) }
}

/** What happens is on the grid of the steps by which the clock is moved, and no two things at once. */
const onGrid = (ms: number) => noonMs + Math.ceil((ms - noonMs) / stepMs) * stepMs

function gridded(story: AlertStory): AlertStory {
  const { acknowledgedAtMs, events } = story
  return {
    ...story,
    events: events.map((event, place) => ({ ...event, atMs: onGrid(event.atMs) + place * stepMs })),
    acknowledgedAtMs: acknowledgedAtMs === null ? null : onGrid(acknowledgedAtMs),
  }
}

async function happen({ story, incidentId, monitor }: Outage, nowMs: number): Promise<void> {
  const at = `to_timestamp(${nowMs}::float8 / 1000)`
  if (story.acknowledgedAtMs === nowMs)
    await database.sql.execute(`update incident set acknowledged_at = ${at} where id = '${incidentId}'`)
  for (const event of story.events.filter(({ atMs }) => atMs === nowMs)) {
    if (event.kind === 'news') continue
    const change =
      event.kind === 'resolved'
        ? `ended_at = greatest(began_at, ${at}), closed_at = ${at}, resolution = 'recovered'`
        : `severity = '${event.severity}', ended_at = null, closed_at = null, resolution = null`
    await database.sql.execute(`update incident set ${change} where id = '${incidentId}'`)
    await tell(monitor, { event: event.kind, incidentId })
  }
}

const shown = ({ channelId, policyId, key, event, dueAtMs }: Omit<PlannedAlert, 'spell' | 'part'>) =>
  `${(dueAtMs - noonMs) / MINUTE_MS} ${event} ${key} ${channelId} ${policyId}`

test('the engine tells what the simulator says, for a thousand outages and policies by chance', async () => {
  const grounds: Ground[] = []
  for (let seed = 1; seed <= workspaces; seed += 1) grounds.push(await anyGround(seed))
  const stories = fc.sample(anyStory(noonMs + stepMs).map(gridded), { seed: 7, numRuns: outages })
  const all: Outage[] = []
  for (const [place, story] of stories.entries()) {
    const ground = grounds[place % workspaces]
    if (!ground) continue
    const monitor = await addMonitor(database.sql, ground.workspaceId)
    const [first] = story.events
    const severity = first && 'severity' in first ? first.severity : 'down'
    const incidentId = await addIncident(database.sql, monitor, { severity, beganAtMs: noonMs, openedAtMs: noonMs })
    all.push({ ...ground, story, incidentId, monitor })
  }
  for (let nowMs = noonMs + stepMs; nowMs <= noonMs + spanMs; nowMs += stepMs) {
    await clock.advance(stepMs)
    for (const outage of all) await happen(outage, nowMs)
    while (await plan());
  }
  const { rows } = await database.sql.execute<{ id: string; told: string[] }>(`
    select i.id, array(select concat_ws(' ', (extract(epoch from d.due_at) * 1000 - ${noonMs}::float8)::float8 / ${MINUTE_MS}, d.event, d.key, d.channel_id, d.policy_id)
      from delivery d where d.story_id = i.id) as told from incident i`)
  const told = new Map(rows.map((row) => [row.id, row.told.toSorted()]))
  let count = 0
  for (const { story, incidentId, alerting, monitor } of all) {
    const about = [{ id: monitor.id, tags: [], groupIds: [] }]
    const simulated = planAlerts({ ...story, about }, { ...alerting, fromMs: noonMs, untilMs: noonMs + spanMs })
    expect([incidentId, told.get(incidentId)]).toEqual([incidentId, simulated.map(shown).toSorted()])
    count += simulated.length
  }
  expect(all).toHaveLength(outages)
  expect(count).toBeGreaterThan(outages)
}, 300_000)
