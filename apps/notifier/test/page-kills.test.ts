import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { addUpdate } from '@repo/db/testing/page-subscribers'
import { eventually } from '@repo/streams/testing/eventually'
import { database, hooks, messages, openIncident, pageId, smtp, subscribe, usePage } from './page-telling.ts'

usePage()

const key = Buffer.alloc(32, 7).toString('base64url')

function start(faultPoint = ''): Bun.Subprocess {
  const script = join(import.meta.dir, 'notifier-process.ts')
  return Bun.spawn([process.execPath, script, database.url, key, faultPoint, smtp.url], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
}

test('a notifier that is killed after a message was taken and before that was marked sends it once more, under the same key', async () => {
  await database.sql.execute(
    `update status_page set domain = 'status.shop.example', domain_token = 'x', domain_verified_at = now() where id = '${pageId}'`,
  )
  await subscribe('email', 'ada@example.com')
  await subscribe('webhook', hooks.urlOf('own'))
  await addUpdate(database.sql, { incidentId: await openIncident(), atMs: Date.now() })
  const kills = 2
  for (let kill = 0; kill < kills; kill += 1) {
    expect(await start('page message accepted').exited).not.toBe(0)
    await eventually('the lease is over', leasesAreOver)
  }
  const survivor = start()
  await eventually('all is told', isTold)
  survivor.kill('SIGTERM')
  expect(await survivor.exited).toBe(0)
  expect(await messages()).toEqual(['ada@example.com update accepted', 'webhook update accepted'])
  const mailIds = smtp.mails.map(({ headers }) => headers.get('message-id'))
  const hookIds = hooks.received.map(({ headers }) => headers.get('idempotency-key'))
  expect([new Set(mailIds).size, new Set(hookIds).size]).toEqual([1, 1])
  // Each kill repeats at most what was on its way, and repeats something.
  for (const { length } of [mailIds, hookIds]) expect(length).toBeLessThanOrEqual(kills + 1)
  expect(mailIds.length + hookIds.length).toBeGreaterThan(2)
}, 60_000)

const isTold = async () =>
  (await messages()).every((line) => line.endsWith('accepted')) && (await messages()).length > 0

async function leasesAreOver(): Promise<boolean> {
  const { rows } = await database.sql.execute(
    `select from page_message where state = 'sending' and lease_until > now()`,
  )
  return rows.length === 0
}
