import { createRoute, z } from '@hono/zod-openapi'
import {
  changeChannelSchema,
  channelPageSchema,
  channelSchema,
  channelTestSchema,
  createChannelSchema,
} from '@repo/contracts/alert-channels'
import { channelUsesSchema } from '@repo/contracts/alerts'
import { replanStories } from '@repo/db/queries/alert-stories'
import {
  changeChannel,
  countChannels,
  createChannel,
  deleteChannel,
  listChannels,
  markAccepted,
} from '@repo/db/queries/channels'
import { findWorkspace } from '@repo/db/queries/workspaces'
import { alertLimits } from '@repo/domain/alert-policy'
import { parseChannelId, parseUserId, type WorkspaceId } from '@repo/domain/ids'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { findUses } from '../alert-coverage.ts'
import { refuseMissing } from '../alert-policies.ts'
import { auditedChannel, getChannel, openSettings, sealSettings, testChannel, toChannelJson } from '../channels.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  pageQuery,
  problem,
  problems,
} from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/channels',
  summary: 'The channels of the workspace, in the order in which they were made; no answer has their secrets',
  request: {
    query: z.object(pageQuery),
  },
  responses: { 200: jsonAnswer(channelPageSchema, 'A page of channels'), 400: problems[400] },
})
const create = createRoute({
  method: 'post',
  path: '/channels',
  summary: 'Set up a way to tell people',
  request: { headers: idempotencyKey, ...jsonRequest(createChannelSchema) },
  responses: { 201: jsonAnswer(channelSchema, 'The channel'), 400: problems[400], ...keyedProblems },
})
const read = createRoute({
  method: 'get',
  path: '/channels/{id}',
  summary: 'Read a channel, with how it fares',
  request: { params: idParams },
  responses: { 200: jsonAnswer(channelSchema, 'The channel'), 404: problems[404] },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/channels/{id}',
  summary: 'Change a channel, or pause it; secrets that are only marked stay as they are',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeChannelSchema) },
  responses: { 200: jsonAnswer(channelSchema, 'The channel after the change'), ...problems, ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/channels/{id}',
  summary: 'Delete a channel, and with it the log of what was told by it',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})
const test = createRoute({
  method: 'post',
  path: '/channels/{id}/test',
  summary: 'Send a message that says that it is a test, and hear what the provider made of it',
  request: { params: idParams },
  responses: { 200: jsonAnswer(channelTestSchema, 'What the provider made of it'), ...problems },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const uses = createRoute({
  method: 'get',
  path: '/channels/{id}/uses',
  summary: 'Which policies name a channel, and of which monitors nobody would be told without it',
  request: { params: idParams },
  responses: { 200: jsonAnswer(channelUsesSchema, 'What depends on it'), 404: problems[404] },
})

const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })
/** Of a workspace: providers charge for messages, and take many of them for an attack. */
const testRate = { limit: 10, windowMs: 60_000 }

export function channelRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const { items, next } = await inTenant(deps, c, (sql) => listChannels(sql, workspaceId, { limit, cursor: after }))
    return c.json({ items: items.map((one) => toChannelJson(deps, one)), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { name, kind, userId, settings: given } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: parseChannelId(Bun.randomUUIDv7()) }
    const settings = sealSettings(deps, owned, { kind, given })
    const owner = userId === null ? null : parseUserId(userId.toLowerCase())
    const channel = await inTenant(deps, c, async (sql) => {
      if ((await countChannels(sql, workspaceId)) >= alertLimits.channels)
        throw new AppError('limit_reached', `at most ${alertLimits.channels} channels`)
      if (owner) await refuseMissing(sql, workspaceId, [{ kind: 'person', id: owner, field: 'userId' }])
      await createChannel(sql, { ...owned, userId: owner, name, kind, settings }, nowMs())
      await replanStories(sql, workspaceId, nowMs())
      const made = await getChannel(sql, owned)
      await record(sql, c, { action: 'channel.created', subjectId: owned.id, after: auditedChannel(made) })
      return made
    })
    const headers = { etag: entityTag(channel.version), location: `/api/v1/channels/${owned.id}` }
    return c.json(toChannelJson(deps, channel), 201, headers)
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseChannelId, c.req.valid('param').id)
    const channel = await inTenant(deps, c, (sql) => getChannel(sql, { ...c.get('principal'), id }))
    return c.json(toChannelJson(deps, channel), 200, { etag: entityTag(channel.version) })
  })

  routes.openapi(guard(uses, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const id = idOr404(parseChannelId, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) => {
      await getChannel(sql, { workspaceId, id })
      return findUses(sql, { workspaceId, channelId: id, log: deps.log })
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(change, write), async (c) => {
    const { name, settings: given, paused: isPaused } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseChannelId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    const channel = await inTenant(deps, c, async (sql) => {
      const before = await getChannel(sql, owned)
      const stored = given && openSettings(deps, before)
      const settings = given && sealSettings(deps, owned, { kind: before.kind, given, stored })
      const asked = { name, settings, isPaused, nowMs: nowMs(), expectedVersion: version }
      refuseMissed(await changeChannel(sql, owned, asked))
      await replanStories(sql, workspaceId, nowMs())
      const after = await getChannel(sql, owned)
      await record(sql, c, {
        action: 'channel.changed',
        subjectId: owned.id,
        before: auditedChannel(before),
        after: auditedChannel(after),
      })
      return after
    })
    return c.json(toChannelJson(deps, channel), 200, { etag: entityTag(channel.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseChannelId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getChannel(sql, owned)
      refuseMissed(await deleteChannel(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'channel.deleted', subjectId: owned.id, before: auditedChannel(before) })
    })
    return c.body(null, 204)
  })

  routes.openapi(guard(test, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const id = idOr404(parseChannelId, c.req.valid('param').id)
    const [channel, workspace] = await inTenant(
      deps,
      c,
      async (sql) => [await getChannel(sql, { workspaceId, id }), await findWorkspace(sql, workspaceId)] as const,
    )
    await takeTest(deps, workspaceId)
    const delivery = await testChannel(deps, channel, { workspaceName: workspace?.name ?? '', nowMs: nowMs() })
    const { kind: outcome, answer } = delivery
    if (outcome === 'accepted') await inTenant(deps, c, (sql) => markAccepted(sql, { workspaceId, id }, nowMs()))
    return c.json({ outcome, answer, reason: delivery.kind === 'accepted' ? '' : delivery.reason }, 200)
  })
  return routes
}

/** @throws AppError `too_many_requests`. */
async function takeTest({ rateLimits }: ApiDeps, workspaceId: WorkspaceId): Promise<void> {
  const { allowed, resetMs } = await rateLimits.take(`channel tests ${workspaceId}`, testRate)
  if (allowed) return
  const headers = { 'retry-after': String(Math.ceil(resetMs / 1_000)) }
  throw new AppError('too_many_requests', 'at most ten tests of channels a minute', { headers })
}
