/** Where to go after signing in: a path of this origin, whatever the address asks for. */
export function nextPath(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get('next') ?? ''
  if (!wanted.startsWith('/') || !URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  // `/.//evil.example` is a path of ours whose short form is an address of theirs.
  if (url.origin !== origin || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search
}
