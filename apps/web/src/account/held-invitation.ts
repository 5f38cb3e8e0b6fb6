const KEY = 'invitation'

/** Somebody leaves for the login of their organisation: it does not bring back what stands behind `#`. */
export function holdInvitation(token: string): void {
  try {
    sessionStorage.setItem(KEY, token)
  } catch {
    // A browser that keeps nothing: the link of the invitation is opened once more.
  }
}

export function heldInvitation(): string {
  try {
    return sessionStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}
