import { expect, test } from 'bun:test'
import { deleteWorkspace, restoreWorkspace } from '@repo/db/queries/deleted-workspaces'
import { deliveriesOf } from '@repo/db/testing/alerting'
import { parseUserId } from '@repo/domain/ids'
import { channel, clock, database, goDown, plan, policy, useTelling, watch, workspaceId } from './telling.ts'

useTelling()

test('of a workspace that was deleted nobody is told, neither what waited nor what comes of it, and of one that is back again', async () => {
  const { sql } = database
  await policy(await channel('/ops'))
  const [told, late] = [await watch('told'), await watch('late')]
  await goDown(told)
  await plan()
  await goDown(late)
  expect(await deliveriesOf(sql, workspaceId)).toEqual(['down waiting'])
  const gone = await deleteWorkspace(sql, workspaceId, clock.nowMs())
  await plan()
  expect(await deliveriesOf(sql, workspaceId)).toEqual([])

  const [owner = ''] = gone?.ownerIds ?? []
  await restoreWorkspace(sql, { workspaceId, ownerId: parseUserId(owner), nowMs: clock.nowMs() })
  await plan()
  expect(await deliveriesOf(sql, workspaceId)).toEqual([])
  await goDown(told)
  await plan()
  expect(await deliveriesOf(sql, workspaceId)).toEqual(['down waiting'])
})
