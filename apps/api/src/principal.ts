import type { UserId, WorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import type { Scope } from '@repo/domain/scope'

/** Who asks, in which workspace, and what they may do there. */
export interface Principal {
  readonly kind: 'session' | 'key'
  /** Of the session, or of the key. */
  readonly id: string
  /** The person; for a key, the one who made it. */
  readonly userId: UserId
  readonly username: string
  readonly isOperator: boolean
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly role: Role
  readonly scopes: readonly Scope[]
  readonly expiresAtMs: number
}
