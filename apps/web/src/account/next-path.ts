/** Where to go after signing in: a path of this origin, whatever the address asks for. */
export function nextPath(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get('next') ?? ''
  if (!wanted.startsWith('/') || !URL.canParse(wanted, origin)) return '/monitors'
  const url = new URL(wanted, origin)
  return url.origin === origin ? url.pathname + url.search : '/monitors'
}
