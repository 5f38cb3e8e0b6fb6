import { queryOptions } from '@tanstack/react-query'
import type {
  Account,
  BegunLink,
  Identity,
  NewPasskey,
  Passkey,
  PasskeyOptions,
  Proof,
  RecoveryCodes,
  SessionItem,
  TotpEnrolment,
} from './account-types.ts'
import { request } from './request.ts'

/** What is a person's own, whichever workspace they work in. */
export const accountKeys = {
  account: ['account'],
  passkeys: ['account', 'passkeys'],
  identities: ['account', 'identities'],
  sessions: ['account', 'sessions'],
} as const

export const accountQuery = queryOptions({
  queryKey: accountKeys.account,
  queryFn: ({ signal }) => request<Account>('/api/v1/account', { signal }),
})

export const passkeysQuery = queryOptions({
  queryKey: accountKeys.passkeys,
  queryFn: async ({ signal }) => (await request<{ items: Passkey[] }>('/api/v1/account/passkeys', { signal })).items,
})

export const identitiesQuery = queryOptions({
  queryKey: accountKeys.identities,
  queryFn: async ({ signal }) => (await request<{ items: Identity[] }>(identitiesPath, { signal })).items,
})

export const sessionsQuery = queryOptions({
  queryKey: accountKeys.sessions,
  queryFn: async ({ signal }) => (await request<{ items: SessionItem[] }>('/api/v1/sessions', { signal })).items,
  // Somebody signs in elsewhere while the list is open: that is what it is looked at for.
  refetchInterval: 15_000,
})

export const changeEmail = (email: string | null, proof: Proof) =>
  request<Account>('/api/v1/account', { method: 'PATCH', body: { email, ...proof } })
export const changePassword = (body: { currentPassword?: string; newPassword: string }) =>
  request<void>('/api/v1/account/password', { method: 'PUT', body })

const secondFactorPath = '/api/v1/account/second-factor'
export const offerSecondFactor = (proof: Proof) =>
  request<TotpEnrolment>(secondFactorPath, { method: 'POST', body: proof })
export const confirmSecondFactor = (code: string) =>
  request<RecoveryCodes>(`${secondFactorPath}/confirm`, { method: 'POST', body: { code } })
export const renewRecoveryCodes = (proof: Proof) =>
  request<RecoveryCodes>(`${secondFactorPath}/recovery-codes`, { method: 'POST', body: proof })
export const removeSecondFactor = (proof: Proof) => request<void>(secondFactorPath, { method: 'DELETE', body: proof })

const identitiesPath = '/api/v1/account/identities'
export const beginLink = (proof: Proof) => request<BegunLink>(identitiesPath, { method: 'POST', body: proof })
export const unlink = (id: string, proof: Proof) =>
  request<void>(`${identitiesPath}/${encodeURIComponent(id)}`, { method: 'DELETE', body: proof })

const passkeysPath = '/api/v1/account/passkeys'
export const offerPasskey = (proof: Proof) =>
  request<PasskeyOptions>(`${passkeysPath}/options`, { method: 'POST', body: proof })
export const addPasskey = (body: NewPasskey) => request<Passkey>(passkeysPath, { method: 'POST', body })
export const removePasskey = (id: string, proof: Proof) =>
  request<void>(`${passkeysPath}/${encodeURIComponent(id)}`, { method: 'DELETE', body: proof })

export const endSession = (id: string) =>
  request<void>(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
export const endOtherSessions = () => request<void>('/api/v1/sessions', { method: 'DELETE' })
