import { InvalidInput } from './errors.ts'

/** Identifiers are UUIDv7 texts: sortable by creation, unguessable enough to be shown, and never interchangeable. */
export type MonitorId = string & { readonly __brand: 'MonitorId' }
export type WorkspaceId = string & { readonly __brand: 'WorkspaceId' }
export type UserId = string & { readonly __brand: 'UserId' }
export type SessionId = string & { readonly __brand: 'SessionId' }
export type ApiKeyId = string & { readonly __brand: 'ApiKeyId' }
export type InvitationId = string & { readonly __brand: 'InvitationId' }
export type WindowId = string & { readonly __brand: 'WindowId' }
export type IncidentId = string & { readonly __brand: 'IncidentId' }
export type GroupId = string & { readonly __brand: 'GroupId' }
export type ChannelId = string & { readonly __brand: 'ChannelId' }
export type AlertPolicyId = string & { readonly __brand: 'AlertPolicyId' }
export type ScheduleId = string & { readonly __brand: 'ScheduleId' }
export type OverrideId = string & { readonly __brand: 'OverrideId' }
export type DeliveryId = string & { readonly __brand: 'DeliveryId' }
export type ViewId = string & { readonly __brand: 'ViewId' }
export type StatusPageId = string & { readonly __brand: 'StatusPageId' }
export type PageIncidentId = string & { readonly __brand: 'PageIncidentId' }
export type PageUpdateId = string & { readonly __brand: 'PageUpdateId' }
export type AnnouncementId = string & { readonly __brand: 'AnnouncementId' }
export type SubscriberId = string & { readonly __brand: 'SubscriberId' }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const parseMonitorId = (text: string): MonitorId => parseUuid(text, 'monitor id') as MonitorId
export const parseWorkspaceId = (text: string): WorkspaceId => parseUuid(text, 'workspace id') as WorkspaceId
export const parseUserId = (text: string): UserId => parseUuid(text, 'user id') as UserId
export const parseSessionId = (text: string): SessionId => parseUuid(text, 'session id') as SessionId
export const parseApiKeyId = (text: string): ApiKeyId => parseUuid(text, 'API key id') as ApiKeyId
export const parseInvitationId = (text: string): InvitationId => parseUuid(text, 'invitation id') as InvitationId
export const parseWindowId = (text: string): WindowId => parseUuid(text, 'maintenance window id') as WindowId
export const parseGroupId = (text: string): GroupId => parseUuid(text, 'group id') as GroupId
export const parseIncidentId = (text: string): IncidentId => parseUuid(text, 'incident id') as IncidentId
export const parseChannelId = (text: string): ChannelId => parseUuid(text, 'channel id') as ChannelId
export const parseAlertPolicyId = (text: string): AlertPolicyId => parseUuid(text, 'alert policy id') as AlertPolicyId
export const parseScheduleId = (text: string): ScheduleId => parseUuid(text, 'schedule id') as ScheduleId
export const parseOverrideId = (text: string): OverrideId => parseUuid(text, 'override id') as OverrideId
export const parseDeliveryId = (text: string): DeliveryId => parseUuid(text, 'delivery id') as DeliveryId
export const parseStatusPageId = (text: string): StatusPageId => parseUuid(text, 'status page id') as StatusPageId
export const parsePageIncidentId = (text: string): PageIncidentId =>
  parseUuid(text, 'page incident id') as PageIncidentId
export const parsePageUpdateId = (text: string): PageUpdateId => parseUuid(text, 'update id') as PageUpdateId
export const parseAnnouncementId = (text: string): AnnouncementId =>
  parseUuid(text, 'announcement id') as AnnouncementId
export const parseSubscriberId = (text: string): SubscriberId => parseUuid(text, 'subscriber id') as SubscriberId
export const parseViewId = (text: string): ViewId => parseUuid(text, 'view id') as ViewId

function parseUuid(text: string, what: string): string {
  if (!UUID.test(text)) throw new InvalidInput(`not a ${what}: ${text.slice(0, 40)}`)
  return text
}
