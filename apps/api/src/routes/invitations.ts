import { createRoute, z } from '@hono/zod-openapi'
import { isoTime } from '@repo/contracts/ticks'
import {
  invitationListSchema,
  invitationTokenSchema,
  inviteSchema,
  newInvitationSchema,
  openInvitationSchema,
  workspaceSchema,
} from '@repo/contracts/workspaces'
import {
  createInvitation,
  findInvitation,
  hasRoomForInvitation,
  type Invitation,
  listInvitations,
  revokeInvitation,
} from '@repo/db/queries/invitations'
import { findProfile } from '@repo/db/queries/users'
import { listWorkspacesOf } from '@repo/db/queries/workspaces'
import { type InvitationId, parseInvitationId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { record, recordAs } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { hashOfToken, makeToken } from '../access/link-tokens.ts'
import { ownPagesOnly } from '../access/origin.ts'
import { takeGuess } from '../access/rate-limits.ts'
import { inTenant } from '../access/tenant.ts'
import { accept } from '../accounts/invitations.ts'
import { addMailChannel } from '../accounts/welcome.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { refuseAbove, refuseMoreThanKey } from './members.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'
import { toWorkspaceJson } from './workspace.ts'

const list = createRoute({
  method: 'get',
  path: '/invitations',
  summary: 'Invitations that nobody has taken up yet',
  responses: { 200: jsonAnswer(invitationListSchema, 'The invitations') },
})
const create = createRoute({
  method: 'post',
  path: '/invitations',
  summary: 'Invite somebody by a link, which is shown this once, and sent where an address is given and mail is set up',
  request: jsonRequest(inviteSchema),
  responses: { 201: jsonAnswer(newInvitationSchema, 'The invitation'), 400: problems[400] },
})
const remove = createRoute({
  method: 'delete',
  path: '/invitations/{id}',
  summary: 'Take an invitation back',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Taken back' }, 404: problem('No such invitation') },
})
const look = createRoute({
  method: 'post',
  path: '/invitations/look',
  middleware: ownPagesOnly,
  summary: 'What an invitation is for; looking does not use it up',
  request: jsonRequest(invitationTokenSchema),
  responses: {
    200: jsonAnswer(openInvitationSchema, 'The invitation'),
    400: problems[400],
    410: problem('It was used, was taken back, or is over'),
    429: problem('Too many tries'),
  },
})
const take = createRoute({
  method: 'post',
  path: '/invitations/accept',
  summary: 'Join the workspace that an invitation is for, as who you are; new people send it along when they sign up',
  request: jsonRequest(invitationTokenSchema),
  responses: {
    200: jsonAnswer(workspaceSchema, 'The workspace'),
    400: problems[400],
    409: problem('You are a member already'),
    410: problem('It was used, was taken back, or is over'),
  },
})

const goodForMs = 7 * 86_400_000

export function invitationRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(look, async (c) => {
    const { token } = c.req.valid('json')
    await takeGuess(deps, 'invitation', { account: token.slice(0, 8), caller: c.get('caller') })
    const found = await findInvitation(sql, hashOfToken(token), clock.nowMs())
    if (found?.state !== 'open') throw new AppError('gone')
    const { workspaceName, role, invitedByName, email, expiresAtMs } = found
    return c.json({ workspaceName, role, invitedBy: invitedByName ?? '', email, expiresAt: isoTime(expiresAtMs) }, 200)
  })

  routes.openapi(guard(take, { person: true }), async (c) => {
    const { userId, username } = c.get('principal')
    const accepting = { tokenHash: hashOfToken(c.req.valid('json').token), nowMs: clock.nowMs(), limits: deps.limits }
    const workspaceId = await sql.transaction(async (tx) => {
      const joined = await accept(tx, userId, accepting)
      const email = (await findProfile(tx, userId))?.email
      await addMailChannel(deps, tx, { workspaceId: joined, userId, username, email, nowMs: accepting.nowMs })
      const actor = { actorKind: 'person', actorId: userId, actorName: username } as const
      await recordAs(tx, c, { action: 'member.joined', subjectId: userId, ...actor, workspaceId: joined })
      return joined
    })
    const workspace = (await listWorkspacesOf(sql, userId)).find(({ id }) => id === workspaceId)
    if (!workspace) throw new AppError('not_found')
    return c.json(toWorkspaceJson(workspace), 200)
  })

  routes.openapi(guard(list, { role: 'admin', resource: 'members', access: 'read' }), async (c) => {
    const { workspaceId } = c.get('principal')
    const invitations = await inTenant(deps, c, (tx) => listInvitations(tx, workspaceId, clock.nowMs()))
    return c.json({ items: invitations.map(toInvitationJson) }, 200)
  })

  routes.openapi(guard(create, { role: 'admin', resource: 'members', access: 'write' }), async (c) => {
    const principal = c.get('principal')
    const { role, email } = c.req.valid('json')
    refuseAbove(principal, [role])
    refuseMoreThanKey(principal, role)
    if (email !== undefined) await countMail(deps, c, email)
    const { token, hash } = makeToken()
    const nowMs = clock.nowMs()
    const invitation = {
      id: parseInvitationId(Bun.randomUUIDv7()),
      ...{ role, email: email ?? null, expiresAtMs: nowMs + goodForMs },
    }
    const { workspaceId, userId, username } = principal
    await inTenant(deps, c, async (tx) => {
      if (!(await hasRoomForInvitation(tx, workspaceId, nowMs)))
        throw new AppError('limit_reached', 'this workspace has all the open invitations that it may have')
      await createInvitation(tx, { ...invitation, workspaceId, invitedBy: userId, tokenHash: hash, nowMs })
      await record(tx, c, { action: 'invitation.created', subjectId: invitation.id, after: { role, email } })
    })
    const url = `${deps.publicUrl ?? ''}/join#${token}`
    const sent = email !== undefined && (await sendInvitation(deps, { email, url, ...principal }))
    const shown = { ...invitation, invitedByName: username, createdAtMs: nowMs }
    return c.json({ ...toInvitationJson(shown), token, url, sent }, 201)
  })

  routes.openapi(guard(remove, { role: 'admin', resource: 'members', access: 'write' }), async (c) => {
    const { workspaceId } = c.get('principal')
    const id = asInvitationId(c.req.valid('param').id)
    await inTenant(deps, c, async (tx) => {
      const open = (await listInvitations(tx, workspaceId, clock.nowMs())).find((one) => one.id === id)
      if (!(await revokeInvitation(tx, { workspaceId, id, nowMs: clock.nowMs() }))) throw new AppError('not_found')
      const before = open && { role: open.role, email: open.email }
      await record(tx, c, { action: 'invitation.revoked', subjectId: id, before })
    })
    return c.body(null, 204)
  })
  return routes
}

/** Whoever invites has us write to people who do not know us, with a name of their choosing. */
async function countMail(deps: ApiDeps, context: Context<Asked>, email: string): Promise<void> {
  if (!deps.mailer || deps.publicUrl === undefined) return
  const caller = context.get('caller')
  await takeGuess(deps, 'mailFrom', { account: context.get('principal').userId, caller })
  await takeGuess(deps, 'mailTo', { account: email, caller })
}

/** The link works all the same where mail is not set up, or does not go out: it is in the answer. */
async function sendInvitation(
  { mailer, publicUrl, log }: ApiDeps,
  { email, url, username, workspaceName }: { email: string; url: string; username: string; workspaceName: string },
): Promise<boolean> {
  if (!mailer || publicUrl === undefined) return false
  const text = `${username} invites you to the workspace "${workspaceName}" of BetterUptime.\n\nAccept within seven days:\n${url}\n`
  try {
    await mailer.send({ to: email, subject: `Invitation to ${workspaceName}`, text })
    return true
  } catch (err) {
    log.warn({ err }, 'an invitation could not be sent')
    return false
  }
}

function asInvitationId(text: string): InvitationId {
  try {
    return parseInvitationId(text)
  } catch {
    throw new AppError('not_found')
  }
}

function toInvitationJson(invitation: Invitation) {
  const { id, role, email, invitedByName, createdAtMs, expiresAtMs } = invitation
  return {
    id,
    role,
    email,
    invitedBy: invitedByName ?? '',
    createdAt: isoTime(createdAtMs),
    expiresAt: isoTime(expiresAtMs),
  }
}
