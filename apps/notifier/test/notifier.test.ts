import { describe, expect, test } from 'bun:test'
import { endGroupOutages, enqueueGroupEvents, openGroupOutages } from '@repo/db/queries/group-outages'
import { deliveriesOf } from '@repo/db/testing/alerting'
import { addGroup } from '@repo/db/testing/maintenance'
import { addMember } from '@repo/db/testing/people'
import { weekdays } from '@repo/domain/maintenance'
import { noLinks } from '@repo/notifiers/alert'
import { readAlertLink } from '@repo/notifiers/alert-link'
import { plainWebhook } from '@repo/notifiers/testing/plain-webhook'
import { createKeyring } from '@repo/secrets/keyring'
import {
  acknowledge,
  channel,
  channels,
  claim,
  clock,
  comeUp,
  database,
  goDown,
  heard,
  keyring,
  MINUTE_MS,
  pass,
  plan,
  policy,
  pump,
  receiver,
  tell,
  tellOne,
  timeline,
  useTelling,
  watch,
  workspaceId,
} from './telling.ts'

useTelling()

const told = () => deliveriesOf(database.sql, workspaceId)

describe('an outage', () => {
  test('is told when it begins and when it is over, with all that there is to say', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    const incidentId = await goDown(monitor)
    await pump()
    await clock.advance(12 * MINUTE_MS)
    await comeUp(monitor, incidentId)
    await pump()
    const [down, up] = receiver.received.map(({ alert }) => alert)
    expect(down).toMatchObject({
      event: 'down',
      subject: { kind: 'monitor', id: monitor.id, name: 'shop', target: 'https://shop.example/' },
      cause: { code: 'TCP_REFUSED', message: 'refused' },
      durationMs: null,
      policyName: 'Everything',
      dedupKey: incidentId,
      links: { open: `https://status.example/incidents/${incidentId}` },
    })
    expect(up).toMatchObject({ event: 'recovered', durationMs: 12 * MINUTE_MS + 10_000, dedupKey: incidentId })
    expect(up?.deliveryKey).not.toBe(down?.deliveryKey as string)
    expect(await told()).toEqual(['down accepted', 'recovered accepted'])
  })

  test('can be acknowledged and paused from the message while it lasts, and mails be ended, where nobody else can make such a link', async () => {
    const monitor = await watch()
    await policy(await channel('room'))
    await policy(await channel('mail', null, 'email'))
    const incidentId = await goDown(monitor)
    await pump({ channels: new Map([...channels, ['email', plainWebhook]]) })
    const [room, mail] = ['room', 'mail'].map((path) => receiver.received.find((one) => one.path === path)?.alert)
    const deliveryId = room?.deliveryKey as string
    for (const deed of ['acknowledge', 'pause'] as const) {
      const [page, token = ''] = room?.links[deed]?.split('#') ?? []
      expect(page).toBe('https://status.example/act')
      expect(readAlertLink(keyring, token, clock.nowMs())).toMatchObject({ deed, deliveryId })
      const strangers = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(8) }])
      expect(readAlertLink(strangers, token, clock.nowMs())).toBeUndefined()
    }
    expect(room?.links.unsubscribe).toBeNull()
    const [ending, token = ''] = mail?.links.unsubscribe?.split('?token=') ?? []
    expect(ending).toBe('https://status.example/unsubscribe')
    expect(readAlertLink(keyring, token, clock.nowMs())).toMatchObject({ deed: 'unsubscribe' })
    await clock.advance(MINUTE_MS)
    await comeUp(monitor, incidentId)
    await pump()
    const over = receiver.received.at(-1)?.alert
    expect(over).toMatchObject({ event: 'recovered', links: { acknowledge: null, pause: null } })
  })

  test('leads nowhere where the instance does not know its own address', async () => {
    await policy(await channel('ops'))
    await goDown(await watch())
    await pump({ publicUrl: undefined })
    expect(receiver.received.map(({ alert }) => alert.links)).toEqual([noLinks])
  })

  test('stands in its timeline with who was told, and what the provider said', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    const incidentId = await goDown(monitor)
    await pump()
    expect(await timeline(incidentId)).toMatchObject([
      { event: 'down', channel: { name: 'ops', kind: 'webhook' }, state: 'accepted', attempts: 1, answer: 'thanks' },
    ])
  })

  test('is told once, however many plan it and however often', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    await goDown(monitor)
    await Promise.all([plan(), plan(), plan()])
    await plan()
    await database.sql.execute(
      `update alert_story set planned_through = planned_through - interval '1 hour', next_at = 'epoch'`,
    )
    await pump()
    expect(heard()).toEqual(['ops down'])
  })

  test('is told to nobody before its instant, nor is its end', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    const incidentId = await goDown(monitor)
    await database.sql.execute(`update outbox set not_before = to_timestamp(${clock.nowMs() + 60_000}::float8 / 1000)`)
    await pump()
    await clock.advance(30_000)
    await comeUp(monitor, incidentId)
    await database.sql.execute(`update outbox set not_before = to_timestamp(${clock.nowMs() + 30_000}::float8 / 1000)`)
    await pump()
    expect(heard()).toEqual([])
    await pass(1)
    expect(heard()).toEqual(['ops was_down'])
  })

  test('that nobody has to be told of is told to nobody', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    await goDown(monitor, 'degraded')
    await pump()
    expect(heard()).toEqual([])
  })

  test('that becomes worse is told then', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    const incidentId = await goDown(monitor, 'degraded')
    await pump()
    await clock.advance(MINUTE_MS)
    await database.sql.execute(`update incident set severity = 'down'`)
    await tell(monitor, { event: 'changed', incidentId })
    await pump()
    expect(heard()).toEqual(['ops down'])
  })

  test('is told to further people until somebody looks after it', async () => {
    const monitor = await watch()
    const [ops, boss] = [await channel('ops'), await channel('boss')]
    const steps = [ops, boss, ops].map((channelId, place) => ({
      afterSeconds: place * 300,
      targets: [{ kind: 'channel', channelId }],
    }))
    await policy(ops, { steps, repeatEverySeconds: 300 })
    const incidentId = await goDown(monitor)
    await pump()
    await pass(16)
    expect(heard()).toEqual(['ops down', 'boss down', 'ops down', 'ops down'])
    await acknowledge(incidentId)
    await pass(20)
    await comeUp(monitor, incidentId)
    await pump()
    expect(heard().slice(4).toSorted()).toEqual(['boss recovered', 'ops recovered'])
  })

  test('is told to a person by their channels, unless they have left', async () => {
    const monitor = await watch()
    const [ada, bo] = [
      await addMember(database.sql, workspaceId, 'member'),
      await addMember(database.sql, workspaceId, 'member'),
    ]
    await channel('ada', ada)
    await channel('bo', bo)
    await policy('', { steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }] })
    await database.sql.execute(`delete from membership where user_id = '${bo}'`)
    await goDown(monitor)
    await pump()
    expect(heard()).toEqual(['ada down'])
  })

  test('in quiet hours waits for their end', async () => {
    const monitor = await watch()
    const quiet = { timeZone: 'UTC', days: [...weekdays], from: '11:00', to: '12:30', breaksThrough: [] }
    await policy(await channel('ops'), { quiet })
    await goDown(monitor)
    await pump()
    await pass(29)
    expect(heard()).toEqual([])
    await pass(1)
    expect(heard()).toEqual(['ops down'])
  })

  test('goes on by a policy that was changed meanwhile, from then on', async () => {
    const monitor = await watch()
    const boss = await channel('boss')
    await goDown(monitor)
    await pump()
    await policy(boss, {
      steps: [0, 600].map((afterSeconds) => ({ afterSeconds, targets: [{ kind: 'channel', channelId: boss }] })),
    })
    await database.sql.execute(`update alert_story set next_at = planned_through`)
    await pass(10)
    expect(heard()).toEqual(['boss down'])
  })

  test('that a person opens anew is told anew', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    const incidentId = await goDown(monitor)
    await pump()
    await clock.advance(MINUTE_MS)
    await comeUp(monitor, incidentId)
    await pump()
    await clock.advance(MINUTE_MS)
    await database.sql.execute(`update incident set ended_at = null, closed_at = null, resolution = null`)
    await tell(monitor, { event: 'reopened', incidentId })
    await pump()
    expect(heard()).toEqual(['ops down', 'ops recovered', 'ops reopened'])
  })
})

describe('a piece of news', () => {
  test('is told once, with what it is about', async () => {
    const monitor = await watch()
    await policy(await channel('ops'), { topics: ['warning', 'advisory'] })
    const expiresAtMs = Date.UTC(2026, 5, 15)
    await tell(monitor, {
      event: 'warning',
      body: { kind: 'certificate_expiring', shown: 'CN=shop', before: null, expiresAtMs },
    })
    await tell(monitor, { event: 'advisory', body: { region: 'a', beganAtMs: clock.nowMs() } })
    await pump()
    await pass(3)
    expect(heard().toSorted()).toEqual(['ops advisory', 'ops warning'])
    const warning = receiver.received.find(({ alert }) => alert.event === 'warning')
    expect(warning?.alert).toMatchObject({
      subject: { name: 'shop' },
      cause: { code: 'certificate_expiring', message: 'the certificate CN=shop ends on 2026-06-15' },
    })
  })
})

describe('a group', () => {
  test('that does not work is told to those whose policies are about it, and that it works again', async () => {
    const { sql } = database
    const [group, other] = [await addGroup(sql, { workspaceId, name: 'Shop' }), await addGroup(sql, { workspaceId })]
    await policy(await channel('ops'), { monitors: { kind: 'groups', groupIds: [group.id] } })
    await policy(await channel('others'), { monitors: { kind: 'groups', groupIds: [other.id] } })
    const id = crypto.randomUUID()
    const beganAtMs = clock.nowMs()
    const body = { outageId: id, name: 'Shop', beganAtMs }
    await openGroupOutages(sql, [{ id, groupId: group.id, beganAtMs, failing: ['web', 'db'], toldAtMs: beganAtMs }])
    await enqueueGroupEvents(sql, [{ groupId: group.id, event: 'group_down', body }])
    await pump()
    await clock.advance(MINUTE_MS)
    await endGroupOutages(sql, [{ id, endedAtMs: clock.nowMs() }])
    await enqueueGroupEvents(sql, [
      { groupId: group.id, event: 'group_up', body: { ...body, endedAtMs: clock.nowMs() } },
    ])
    await pump()
    expect(heard()).toEqual(['ops down', 'ops recovered'])
    const [down, up] = receiver.received.map(({ alert }) => alert)
    expect(down).toMatchObject({
      subject: { kind: 'group', id: group.id, name: 'Shop' },
      cause: { code: 'GROUP_DOWN', message: 'these members do not work: web, db' },
    })
    expect(up).toMatchObject({ durationMs: MINUTE_MS, dedupKey: id })
  })
})

describe('a provider', () => {
  test('that is away for an hour while forty outages begin, and half of them end, is told one thing of each: what it is now', async () => {
    await policy(await channel('ops'))
    receiver.answer('ops', { status: 500 })
    const monitors = await Promise.all(Array.from({ length: 40 }, (_, place) => watch(`site${place}`)))
    for (const [place, monitor] of monitors.entries()) {
      const id = await goDown(monitor)
      await pass(1)
      if (place % 2 === 0) await comeUp(monitor, id)
    }
    await pass(20)
    const before = receiver.received.length
    receiver.answer('ops', { status: 200 })
    await pass(31)
    const after = receiver.received.slice(before).map(({ alert }) => `${alert.subject?.name} ${alert.event}`)
    expect(after.toSorted()).toEqual(
      monitors.map(({ name }, place) => `${name} ${place % 2 === 0 ? 'was_down' : 'down'}`).toSorted(),
    )
    expect((await told()).filter((one) => one === 'recovered superseded')).toHaveLength(20)
  }, 120_000)

  test('that was away is told the newest first', async () => {
    await policy(await channel('ops'))
    for (const name of ['old', 'newer', 'newest']) {
      await goDown(await watch(name))
      while (await plan());
      await clock.advance(MINUTE_MS)
    }
    const claimed = await claim()
    for (const one of claimed) await tellOne(one)
    expect(receiver.received.map(({ alert }) => alert.subject?.name)).toEqual(['newest', 'newer', 'old'])
  })

  test('is tried again under the same key, and not before it wants to', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    receiver.answer('ops', { status: 429, retryAfterSeconds: 600 })
    await goDown(monitor)
    await pump()
    receiver.answer('ops', { status: 200 })
    await pass(9)
    expect(heard()).toEqual(['ops down 429'])
    await pass(1)
    expect(heard()).toEqual(['ops down 429', 'ops down'])
    expect(new Set(receiver.received.map(({ alert }) => alert.deliveryKey)).size).toBe(1)
  })

  test('that fails again and again has the next channel told, and that one is told of the end too', async () => {
    const monitor = await watch()
    await policy(await channel('ops'), { fallbackChannelIds: [await channel('pager'), await channel('third')] })
    receiver.answer('ops', { status: 500 })
    const incidentId = await goDown(monitor)
    await pump()
    await pass(3)
    await comeUp(monitor, incidentId)
    await pump()
    expect(heard().filter((one) => !one.startsWith('ops'))).toEqual(['pager down', 'pager recovered'])
  })

  test('that refuses is tried no more: it is given up, said in the timeline, and the next channel told', async () => {
    const monitor = await watch()
    await policy(await channel('ops'), { fallbackChannelIds: [await channel('pager')] })
    receiver.answer('ops', { status: 410 })
    const attempts: string[] = []
    const incidentId = await goDown(monitor)
    await pump({ onAttempt: ({ outcome }) => attempts.push(outcome) })
    await pass(5)
    expect(heard()).toEqual(['ops down 410', 'pager down'])
    expect(attempts).toEqual(['dead', 'accepted'])
    expect(await timeline(incidentId)).toMatchObject([
      { state: 'dead', reason: 'answered 410', channel: { name: 'ops' } },
      { state: 'accepted', channel: { name: 'pager' } },
    ])
  })

  test('that is away for a day is given up', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    receiver.answer('ops', { status: 500 })
    await goDown(monitor)
    await pump()
    for (let hour = 0; hour < 60; hour += 1) {
      await clock.advance(25 * MINUTE_MS)
      await pump()
    }
    expect(await told()).toEqual(['down dead'])
  })
})

describe('a notifier', () => {
  test('that ends after the provider took a message and before that was marked has it told once more, under the same key', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    await goDown(monitor)
    await plan()
    const faultPoint = () => {
      throw new Error('killed')
    }
    const [claimed] = await claim()
    await tellOne(claimed, { faultPoint }).catch(() => {})
    expect(await claim('two')).toEqual([])
    await pass(1)
    expect(heard()).toEqual(['ops down', 'ops down'])
    expect(new Set(receiver.received.map(({ alert }) => alert.deliveryKey)).size).toBe(1)
    const { rows } = await database.sql.execute('select number, outcome from delivery_attempt order by number')
    expect(rows).toEqual([
      { number: 1, outcome: 'lost' },
      { number: 2, outcome: 'accepted' },
    ])
  })

  test('that comes back while another tells what it was telling changes nothing', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    await goDown(monitor)
    await plan()
    const [late] = await claim('late')
    await clock.advance(MINUTE_MS)
    expect(await claim('two')).toHaveLength(1)
    await tellOne(late, { holder: 'late' })
    const { rows } = await database.sql.execute('select state, lease_holder from delivery')
    expect(rows).toEqual([{ state: 'sending', lease_holder: 'two' }])
  })

  test('that comes back after its lease was over changes nothing', async () => {
    const monitor = await watch()
    await policy(await channel('ops'))
    await goDown(monitor)
    await plan()
    const [late] = await claim('late')
    await pass(1)
    await tellOne(late, { holder: 'late' })
    expect(await told()).toEqual(['down accepted'])
    const { rows } = await database.sql.execute('select from delivery_attempt')
    expect(rows).toHaveLength(2)
  })
})

describe('a storm', () => {
  async function brew(count: number) {
    const monitors = await Promise.all(Array.from({ length: count }, (_, place) => watch(`site${place}`)))
    const incidents = await Promise.all(monitors.map((monitor) => goDown(monitor)))
    const stormId = crypto.randomUUID()
    await database.sql.execute(
      `insert into storm (id, workspace_id, trait, began_at) values ('${stormId}', '${workspaceId}', 'address:192.0.2.1', now())`,
    )
    return { monitors, incidents, stormId }
  }

  test('is one message for all of its members, and one when the last of them is over', async () => {
    await policy(await channel('ops'))
    const { monitors, incidents, stormId } = await brew(12)
    await database.sql.execute(`update incident set storm_id = '${stormId}'`)
    await database.sql.execute('delete from outbox')
    const [first] = monitors
    if (!first) throw new Error('no monitor')
    await tell(first, { event: 'storm', incidentId: incidents[0] ?? null, body: { stormId } })
    await pump()
    for (const [place, monitor] of monitors.entries()) {
      await clock.advance(MINUTE_MS)
      const id = incidents[place]
      if (id) await comeUp(monitor, id)
      await pump()
    }
    expect(heard()).toEqual(['ops storm', 'ops recovered'])
    const [storm] = receiver.received
    expect(storm?.alert.storm).toMatchObject({ trait: 'address:192.0.2.1', count: 12 })
    expect(storm?.alert.storm?.members).toHaveLength(10)
  })

  test('that gathers after some of its members were planned takes back what was not said', async () => {
    await policy(await channel('ops'))
    const { monitors, incidents, stormId } = await brew(3)
    await plan()
    await database.sql.execute(`update incident set storm_id = '${stormId}'`)
    const [first] = monitors
    if (!first) throw new Error('no monitor')
    await tell(first, { event: 'storm', incidentId: incidents[0] ?? null, body: { stormId } })
    await pump()
    for (const [place, monitor] of monitors.entries()) {
      await clock.advance(MINUTE_MS)
      const id = incidents[place]
      if (id) await comeUp(monitor, id)
      await pump()
    }
    expect(heard()).toEqual(['ops storm', 'ops recovered'])
  })
})
