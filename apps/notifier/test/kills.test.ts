import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { deliveriesOf } from '@repo/db/testing/alerting'
import { eventually } from '@repo/streams/testing/eventually'
import { channel, comeUp, database, goDown, policy, receiver, useTelling, watch, workspaceId } from './telling.ts'

let running: Bun.Subprocess[] = []
useTelling(async () => {
  for (const process of running) process.kill('SIGKILL')
  await Promise.all(running.map(({ exited }) => exited))
  running = []
})

const key = Buffer.alloc(32, 7).toString('base64url')

function start(...faultPoint: string[]): Bun.Subprocess {
  const script = join(import.meta.dir, 'notifier-process.ts')
  const child = Bun.spawn([process.execPath, script, database.url, key, ...faultPoint], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
  running.push(child)
  return child
}

describe('a notifier that is killed', () => {
  const kills = 10

  test('after a provider took a message and before that was marked repeats it once, under the same key, and loses none', async () => {
    await policy(await channel('ops'))
    const monitor = await watch()
    for (let kill = 0; kill < kills / 2; kill += 1) {
      const incidentId = await goDown(monitor)
      expect(await start('accepted by the provider').exited).not.toBe(0)
      await eventually('the lease is over', leasesAreOver)
      await comeUp(monitor, incidentId)
      // It was told that it is down, and nobody knows: now it is told that it was.
      expect(await start('accepted by the provider').exited).not.toBe(0)
      await eventually('the lease is over', leasesAreOver)
      const survivor = start()
      await eventually('all is told', async () => (await settled()).length === 2 * (kill + 1))
      survivor.kill('SIGTERM')
      expect(await survivor.exited).toBe(0)
    }
    const copies = Map.groupBy(receiver.received, ({ alert }) => alert.deliveryKey)
    const repeated = [...copies.values()].reduce((sum, list) => sum + list.length - 1, 0)
    // Whoever was told that it is down hears by another key that it was.
    expect(copies.size).toBe(kills)
    expect(receiver.received.filter(({ alert }) => alert.event === 'was_down').length).toBeGreaterThanOrEqual(kills / 2)
    expect(repeated).toBeLessThanOrEqual(kills)
    expect(await told()).toEqual(
      Array.from({ length: kills / 2 }, () => ['was_down accepted', 'recovered superseded']).flat(),
    )
  }, 120_000)

  const told = () => deliveriesOf(database.sql, workspaceId)
  const settled = async () => (await told()).filter((one) => /accepted|superseded/.test(one))

  async function leasesAreOver(): Promise<boolean> {
    const { rows } = await database.sql.execute(`select from delivery where state = 'sending' and lease_until > now()`)
    return rows.length === 0
  }
})
