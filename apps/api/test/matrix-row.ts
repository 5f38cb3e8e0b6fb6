import type { Role } from '@repo/domain/role'
import type { Access, Resource } from '@repo/domain/scope'

/** What a route asks for, written down a second time: the routes say it themselves, and the two must agree. */
export type Lowest = 'public' | 'person' | 'operator' | readonly [role: Role, resource: Resource, access: Access]

export interface MatrixRow {
  readonly lowest: Lowest
  /** What it answers to somebody who may. */
  readonly works: number
  /** What the id in its path is one of. */
  readonly of?:
    | 'monitor'
    | 'heartbeat'
    | 'session'
    | 'key'
    | 'member'
    | 'invitation'
    | 'window'
    | 'group'
    | 'incident'
    | 'policy'
    | 'channel'
    | 'schedule'
    | 'page'
  readonly body?: unknown
}

export const read = (resource: Resource, role: Role = 'viewer') => [role, resource, 'read'] as const
export const write = (resource: Resource, role: Role = 'member') => [role, resource, 'write'] as const
