import type { Entered, SignInMethods } from '@repo/contracts/accounts'
import { request } from '../api/request.ts'

/** The ways in, which are for everybody. */
export const readMethods = (signal: AbortSignal) => request<SignInMethods>('/api/v1/sign-in/methods', { signal })

export const signIn = (body: { username: string; password: string }) =>
  request<Entered>('/api/v1/sign-in', { method: 'POST', body })

export const answerChallenge = (challenge: string, code: string) =>
  request<Entered>('/api/v1/sign-in/second-factor', { method: 'POST', body: { challenge, code } })

export const signUp = (body: { username: string; password: string; email?: string; invitation?: string }) =>
  request<{ id: string }>('/api/v1/sign-up', { method: 'POST', body })

export const askForReset = (email: string) =>
  request<void>('/api/v1/password-resets', { method: 'POST', body: { email } })

export const redeemReset = (body: { token: string; password: string }) =>
  request<void>('/api/v1/password-resets/redeem', { method: 'POST', body })
