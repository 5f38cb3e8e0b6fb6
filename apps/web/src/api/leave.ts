import { request } from './request.ts'

/** The page goes one way: once it is leaving, nothing that fails meanwhile may send it elsewhere. */
let leaving = false

/** The session has ended: come back here after signing in again. */
export function leaveForSignIn(): void {
  if (leaving) return
  leaving = true
  const here = location.pathname + location.search
  location.replace(here === '/' ? '/signin' : `/signin?next=${encodeURIComponent(here)}`)
}

/** True once nothing new may be asked for with the session of this page. */
export function isLeaving(): boolean {
  return leaving
}

export async function signOutAndLeave(): Promise<void> {
  leaving = true
  try {
    await request<void>('/api/v1/session', { method: 'DELETE' })
    location.assign('/signin')
  } catch (error) {
    leaving = false
    throw error
  }
}
