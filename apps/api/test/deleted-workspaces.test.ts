import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deletedWorkspaceListSchema } from '@repo/contracts/workspaces'
import { addChannel, addDelivery } from '@repo/db/testing/alerting'
import { setEmail } from '@repo/db/testing/digests'
import { addIncident } from '@repo/db/testing/incidents'
import { join } from '@repo/db/testing/people'
import { addHeartbeat, addMonitor } from '@repo/db/testing/populate'
import { writeAlertLink } from '@repo/notifiers/alert-link'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { type ApiInstance, type Asked, openApi, refusalOf, signIn } from './instance.ts'

let smtp: RecordingSmtpServer
let api: ApiInstance
beforeAll(async () => {
  smtp = await openSmtpServer()
  api = await openApi({ mailer: createMailer({ url: smtp.url, from: 'uptime@example.com' }) })
}, 30_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})

const v1 = (path: string, asked: Asked = {}) => api.ask(`/api/v1${path}`, asked)
const statusOf = async (path: string, asked: Asked) => (await v1(path, asked)).status

/** An owner with a workspace beside their own, in which there is a monitor, and a guest in it. */
async function addSecond() {
  const { sql } = api.deps
  const owner = await api.addPerson()
  const guest = await api.addPerson()
  const made = await v1('/workspaces', { token: owner.token, body: { name: 'Second' } })
  const { id } = (await made.json()) as { id: typeof owner.workspaceId }
  await join(sql, { workspaceId: id, userId: guest.id, role: 'member' })
  const headers = { 'x-workspace-id': id }
  const monitor = await addMonitor(sql, id)
  const heartbeat = await addHeartbeat(sql, id)
  const key = await v1('/keys', { token: owner.token, headers, body: { name: 'deploys', scopes: ['read'] } })
  const { key: apiKey } = (await key.json()) as { key: string }
  return { owner, guest, id, headers, monitor, heartbeat, apiKey }
}
type Second = Awaited<ReturnType<typeof addSecond>>

const remove = ({ owner, headers }: Second) => statusOf('/workspace', { token: owner.token, headers, method: 'DELETE' })
const restore = ({ id }: Second, { token }: { token: string }) =>
  v1(`/workspaces/deleted/${id}/restore`, { token, method: 'POST' })
const listFor = async ({ token }: { token: string }) =>
  deletedWorkspaceListSchema.parse(await (await v1('/workspaces/deleted', { token })).json()).items

describe('a workspace that is deleted', () => {
  test('is as one that is not there for everybody, their keys and their links, and its people go on in another', async () => {
    const second = await addSecond()
    const { owner, guest, id, headers, monitor, heartbeat, apiKey } = second
    const channelId = await addChannel(api.deps.sql, { workspaceId: id })
    const incidentId = await addIncident(api.deps.sql, monitor)
    const deliveryId = await addDelivery(api.deps.sql, { workspaceId: id, channelId, incidentId })
    const token = writeAlertLink(api.deps.keyring, { deed: 'pause', deliveryId, nowMs: api.deps.clock.nowMs() })
    const ways = async () => [
      await statusOf('/monitors', { token: owner.token, headers }),
      await statusOf(`/monitors/${monitor.id}`, { token: guest.token, headers }),
      await statusOf('/session/workspace', { token: owner.token, method: 'PUT', body: { workspaceId: id } }),
      await statusOf('/monitors', { token: apiKey }),
      await statusOf('/alert-links/look', { body: { token } }),
      (await api.ask(`/ping/${heartbeat.id}`)).status,
    ]
    expect(await ways()).toEqual([200, 200, 204, 200, 200, 200])
    expect(await remove(second)).toBe(204)
    expect(await ways()).toEqual([404, 404, 404, 401, 410, 404])
    const session = (await (await v1('/session', { token: owner.token })).json()) as { workspace: { id: string } }
    expect(session.workspace.id).toBe(owner.workspaceId)
    expect(await remove(second)).toBe(404)
  })

  test('is told to the publisher and to whoever watches, monitor by monitor', async () => {
    const second = await addSecond()
    const seen = api.changes.length
    await remove(second)
    await eventually('the change is told', () => api.changes.length > seen)
    const told = api.changes.slice(seen).flatMap(({ monitorIds }) => monitorIds)
    expect(told.toSorted()).toEqual([second.monitor.id, second.heartbeat.id].toSorted())
  })

  test('is listed for its owners alone, with until when, and brought back by one call with all that was in it', async () => {
    const second = await addSecond()
    const { owner, guest, id, headers, monitor, apiKey } = second
    await remove(second)
    const [listed] = await listFor(owner)
    expect(listed).toMatchObject({ id, name: 'Second', monitors: 2 })
    expect(Date.parse(listed?.restorableUntil ?? '') - Date.parse(listed?.deletedAt ?? '')).toBe(7 * 86_400_000)
    expect(await listFor(guest)).toEqual([])
    expect(await refusalOf(await restore(second, guest))).toBe('404 not_found')

    const back = await restore(second, owner)
    expect([back.status, await back.json()]).toMatchObject([200, { id, name: 'Second', role: 'owner' }])
    expect(await listFor(owner)).toEqual([])
    expect(await refusalOf(await restore(second, owner))).toBe('404 not_found')
    const read = await v1(`/monitors/${monitor.id}`, { token: guest.token, headers })
    expect([read.status, await read.json()]).toMatchObject([200, { status: 'unknown' }])
    expect(await statusOf('/monitors', { token: apiKey })).toBe(200)
    await eventually('the publisher is told', () => api.changes.at(-1)?.monitorIds.includes(monitor.id) === true)
  })

  test('is written down both times, in its own log and in that of the instance', async () => {
    const second = await addSecond()
    await remove(second)
    await restore(second, second.owner)
    const { rows } = await api.deps.sql.execute(`
      select action, workspace_id is null as instance from audit_entry where subject_id = '${second.id}' and action <> 'workspace.created' order by id`)
    expect(rows).toEqual(
      ['workspace.deleted', 'workspace.restored'].flatMap((action) => [
        { action, instance: false },
        { action, instance: true },
      ]),
    )
  })

  test('is told to its owners by mail, with until when', async () => {
    const second = await addSecond()
    const email = `${crypto.randomUUID()}@example.com`
    const heir = await api.addPerson()
    await setEmail(api.deps.sql, second.owner.id, email)
    await setEmail(api.deps.sql, second.guest.id, `guest-${email}`)
    await setEmail(api.deps.sql, heir.id, `heir-${email}`)
    await join(api.deps.sql, { workspaceId: second.id, userId: heir.id, role: 'owner' })
    await remove(second)
    const mails = () => smtp.mails.filter(({ to }) => to.some((one) => one.endsWith(email)))
    await eventually('both owners have a mail', () => mails().length === 2)
    expect(
      mails()
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual([email, `heir-${email}`].toSorted())
    const until = (await listFor(heir))[0]?.restorableUntil.slice(0, 16).replace('T', ' ')
    for (const { text } of mails()) expect(text).toContain(`Until ${until} UTC`)
  })

  test('can be brought back by an owner who is in no workspace any more', async () => {
    const person = await api.addPerson()
    expect(await statusOf('/workspace', { token: person.token, method: 'DELETE' })).toBe(204)
    const token = await signIn(api.deps, person.id)
    expect(await statusOf('/session', { token })).toBe(404)
    expect(await listFor({ token })).toHaveLength(1)
    expect((await v1(`/workspaces/deleted/${person.workspaceId}/restore`, { token, method: 'POST' })).status).toBe(200)
    expect(await statusOf('/session', { token })).toBe(200)
  })
})
