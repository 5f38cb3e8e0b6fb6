/** Where the login of the organisation begins, and comes back from to `next`. */
export function oidcHref(next: string): string {
  return `/api/v1/sign-in/oidc${next ? `?next=${encodeURIComponent(next)}` : ''}`
}
