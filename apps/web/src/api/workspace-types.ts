import type {
  auditEntrySchema,
  auditPageSchema,
  createKeySchema,
  deletedWorkspaceSchema,
  invitationSchema,
  inviteSchema,
  keySchema,
  memberSchema,
  newInvitationSchema,
  newKeySchema,
  openInvitationSchema,
  workspaceDetailSchema,
  workspaceSchema,
} from '@repo/contracts/workspaces'

/** The shapes of the contracts, of which a page needs the types alone. */
export type Workspace = ReturnType<typeof workspaceSchema.parse>
export type DeletedWorkspace = ReturnType<typeof deletedWorkspaceSchema.parse>
export type WorkspaceDetail = ReturnType<typeof workspaceDetailSchema.parse>
export type Member = ReturnType<typeof memberSchema.parse>
export type Invitation = ReturnType<typeof invitationSchema.parse>
export type NewInvitation = ReturnType<typeof newInvitationSchema.parse>
export type OpenInvitation = ReturnType<typeof openInvitationSchema.parse>
export type Invite = ReturnType<typeof inviteSchema.parse>
export type ApiKey = ReturnType<typeof keySchema.parse>
export type NewApiKey = ReturnType<typeof newKeySchema.parse>
export type CreateKey = ReturnType<typeof createKeySchema.parse>
export type AuditEntry = ReturnType<typeof auditEntrySchema.parse>
export type AuditPage = ReturnType<typeof auditPageSchema.parse>
