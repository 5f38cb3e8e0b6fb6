import type { Role } from '@repo/domain/role'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Proof } from './account-types.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { request } from './request.ts'
import type {
  ApiKey,
  AuditPage,
  CreateKey,
  DeletedWorkspace,
  Invitation,
  Invite,
  Member,
  NewApiKey,
  NewInvitation,
  Workspace,
  WorkspaceDetail,
} from './workspace-types.ts'

export const workspaceKeys = {
  mine: ['workspaces'],
  deleted: ['workspaces', 'deleted'],
  detail: ['workspace'],
  members: ['members'],
  invitations: ['invitations'],
  keys: ['keys'],
  audit: (action: string) => ['audit', action],
} as const

/** The live channel tells nothing of people: what others change is read anew while it is looked at. */
const LIST_EVERY_MS = 15_000

const itemsOf = async <Item>(path: string, signal: AbortSignal) =>
  (await request<{ items: Item[] }>(path, { signal })).items

export const workspacesQuery = queryOptions({
  queryKey: workspaceKeys.mine,
  queryFn: ({ signal }) => itemsOf<Workspace>('/api/v1/workspaces', signal),
  staleTime: 300_000,
})

export const deletedWorkspacesQuery = queryOptions({
  queryKey: workspaceKeys.deleted,
  queryFn: ({ signal }) => itemsOf<DeletedWorkspace>('/api/v1/workspaces/deleted', signal),
})

export const workspaceQuery = queryOptions({
  queryKey: workspaceKeys.detail,
  queryFn: ({ signal }) => request<WorkspaceDetail>('/api/v1/workspace', { signal }),
})

export const membersQuery = queryOptions({
  queryKey: workspaceKeys.members,
  queryFn: ({ signal }) => itemsOf<Member>('/api/v1/members', signal),
  refetchInterval: LIST_EVERY_MS,
})

export const invitationsQuery = queryOptions({
  queryKey: workspaceKeys.invitations,
  queryFn: ({ signal }) => itemsOf<Invitation>('/api/v1/invitations', signal),
  refetchInterval: LIST_EVERY_MS,
})

export const keysQuery = queryOptions({
  queryKey: workspaceKeys.keys,
  queryFn: ({ signal }) => itemsOf<ApiKey>('/api/v1/keys', signal),
})

const ENTRIES_PER_PAGE = 50

export function auditQuery(action: string) {
  return infiniteQueryOptions({
    queryKey: workspaceKeys.audit(action),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(ENTRIES_PER_PAGE) })
      if (action) params.set('action', action)
      if (pageParam) params.set('cursor', pageParam)
      return request<AuditPage>(`/api/v1/audit?${params}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // What was done a moment ago is what somebody comes here for.
    staleTime: 0,
  })
}

export const chooseWorkspace = async (workspaceId: string) => {
  await request<void>('/api/v1/session/workspace', { method: 'PUT', body: { workspaceId } })
  tellOtherTabs(workspaceId)
}
export const createWorkspace = (name: string) =>
  request<Workspace>('/api/v1/workspaces', { method: 'POST', body: { name } })
export const renameWorkspace = (name: string) =>
  request<WorkspaceDetail>('/api/v1/workspace', { method: 'PATCH', body: { name } })
export const setTimeZone = (timeZone: string) =>
  request<WorkspaceDetail>('/api/v1/workspace', { method: 'PATCH', body: { timeZone } })
export const deleteWorkspace = () => request<void>('/api/v1/workspace', { method: 'DELETE' })
/** Restores what was deleted, and goes to work there; the page has to begin anew. */
export async function bringBack(id: string): Promise<void> {
  await request<Workspace>(`/api/v1/workspaces/deleted/${encodeURIComponent(id)}/restore`, { method: 'POST' })
  await chooseWorkspace(id)
}

/**
 * The workspace of this session is gone, or left: the server goes on in another one of the person's. What this page knows is
 * true no more, so it begins anew, on the page that is named.
 */
export function goOnElsewhere(path = '/'): void {
  location.assign(path)
}

const memberPath = (userId: string) => `/api/v1/members/${encodeURIComponent(userId)}`
/** One's own takes the proof that it is oneself. */
export const changeRole = (userId: string, role: Role, proof: Proof = {}) =>
  request<Member>(memberPath(userId), { method: 'PATCH', body: { role, ...proof } })
export const removeMember = (userId: string) => request<void>(memberPath(userId), { method: 'DELETE' })

export const createInvitation = (body: Invite) =>
  request<NewInvitation>('/api/v1/invitations', { method: 'POST', body })
export const revokeInvitation = (id: string) =>
  request<void>(`/api/v1/invitations/${encodeURIComponent(id)}`, { method: 'DELETE' })

export const createKey = (body: CreateKey) => request<NewApiKey>('/api/v1/keys', { method: 'POST', body })
export const revokeKey = (id: string) => request<void>(`/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
