import { createRoute, z } from '@hono/zod-openapi'
import { proofSchema } from '@repo/contracts/accounts'
import { isoTimeOrNull } from '@repo/contracts/ticks'
import { changeRoleSchema, memberListSchema, memberSchema } from '@repo/contracts/workspaces'
import {
  changeRole,
  findMember,
  listMembers,
  type Member,
  removeMember,
  type Unchanged,
} from '@repo/db/queries/members'
import { parseUserId, type UserId } from '@repo/domain/ids'
import { isAtLeast, type Role } from '@repo/domain/role'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { revoke } from '../access/revoke.ts'
import { prove } from '../accounts/prove.ts'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const params = z.object({ userId: z.string() })

const list = createRoute({
  method: 'get',
  path: '/members',
  summary: 'Who is in the workspace',
  responses: { 200: jsonAnswer(memberListSchema, 'The members') },
})
const change = createRoute({
  method: 'patch',
  path: '/members/{userId}',
  summary:
    'Give a member another role; what they have open ends, and comes back with the new one. One’s own takes the proof that it is oneself',
  request: { params, ...jsonRequest(changeRoleSchema.extend(proofSchema.shape)) },
  responses: {
    200: jsonAnswer(memberSchema, 'The member'),
    ...problems,
    409: problem('The last owner stays one'),
  },
})
const remove = createRoute({
  method: 'delete',
  path: '/members/{userId}',
  summary: 'Take a member out of the workspace, or leave it yourself; their API keys of it end',
  request: { params },
  responses: {
    204: { description: 'Gone' },
    404: problem('No such member'),
    409: problem('The last owner stays'),
  },
})

export function memberRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, { role: 'viewer', resource: 'members', access: 'read' }), async (c) => {
    const members = await listMembers(sql, c.get('principal').workspaceId)
    return c.json({ items: members.map(toMemberJson) }, 200)
  })

  routes.openapi(guard(change, { role: 'admin', resource: 'members', access: 'write' }), async (c) => {
    const principal = c.get('principal')
    const { workspaceId } = principal
    const userId = asUserId(c.req.valid('param').userId)
    const { role, ...proof } = c.req.valid('json')
    const member = await getMember(deps, principal, userId)
    refuseAbove(principal, [member.role, role])
    refuseMoreThanKey(principal, role)
    // Whoever finds a session left open could otherwise take from its person what they may.
    if (userId === principal.userId && role !== member.role) {
      if (principal.kind === 'key')
        throw new AppError('session_required', 'a key does not change the role of its person')
      await prove(deps, c, proof)
    }
    await sql.transaction(async (tx) => {
      refuseUndone(await changeRole(tx, { workspaceId, userId, by: principal.userId, role }))
      await record(tx, c, {
        action: 'member.role_changed',
        subjectId: userId,
        before: { username: member.username, role: member.role },
        after: { username: member.username, role },
      })
    })
    await revoke(deps, { userIds: [userId] })
    return c.json(toMemberJson(await getMember(deps, principal, userId)), 200)
  })

  routes.openapi(guard(remove, { role: 'viewer', resource: 'members', access: 'write' }), async (c) => {
    const principal = c.get('principal')
    const { workspaceId } = principal
    const userId = asUserId(c.req.valid('param').userId)
    const member = await getMember(deps, principal, userId)
    const isLeaving = userId === principal.userId && principal.kind === 'session'
    if (!isLeaving) {
      if (!isAtLeast(principal.role, 'admin')) throw new AppError('insufficient_role', 'it takes the role admin')
      refuseAbove(principal, [member.role])
    }
    await sql.transaction(async (tx) => {
      refuseUndone(
        await removeMember(tx, {
          workspaceId,
          userId,
          ...(!isLeaving && { by: principal.userId }),
          nowMs: clock.nowMs(),
        }),
      )
      await record(tx, c, {
        action: 'member.removed',
        subjectId: userId,
        before: { username: member.username, role: member.role },
      })
    })
    await revoke(deps, { userIds: [userId] })
    return c.body(null, 204)
  })
  return routes
}

/** Nobody makes, changes or removes somebody who may more than they. */
export function refuseAbove({ role: own }: Pick<Principal, 'role'>, roles: readonly Role[]): void {
  const above = roles.find((role) => !isAtLeast(own, role))
  if (above) throw new AppError('insufficient_role', `it takes the role ${above}, and yours is ${own}`)
}

/** Members may write: a key that may not has no such role to give, lest somebody come in by it who may more than the key. */
export function refuseMoreThanKey({ kind, scopes }: Principal, role: Role): void {
  if (kind === 'key' && role !== 'viewer' && !scopes.includes('write'))
    throw new AppError('insufficient_scope', `to give the role ${role} a key takes the scope write`)
}

/** What the two may was looked up before; meanwhile it may have become something else. */
function refuseUndone(done: 'changed' | 'removed' | Unchanged): void {
  if (done === 'above') throw new AppError('insufficient_role', 'it takes more than your role')
  if (done === 'absent') throw new AppError('not_found')
  if (done === 'last_owner') throw new AppError('last_owner', 'make somebody else an owner first')
}

async function getMember({ sql }: Pick<ApiDeps, 'sql'>, { workspaceId }: Principal, userId: UserId): Promise<Member> {
  const member = await findMember(sql, { workspaceId, userId })
  if (!member) throw new AppError('not_found')
  return member
}

function asUserId(text: string): UserId {
  try {
    return parseUserId(text)
  } catch {
    throw new AppError('not_found')
  }
}

function toMemberJson({ userId, username, email, role, hasSecondFactor, joinedAtMs }: Member) {
  return { userId, username, email, role, hasSecondFactor, joinedAt: isoTimeOrNull(joinedAtMs) }
}
