interface KnownRoute {
  readonly method: string
  readonly path: string
}

/** Which methods a path has, for answers to those that it has not (RFC 9110, 15.5.6). */
export function createMethodList(routes: readonly KnownRoute[]): (path: string) => string[] {
  const known = routes
    .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))
    .map(({ method, path }) => ({ method, pattern: patternOf(path) }))
  return (path) => {
    const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    return [...new Set(methods)].sort()
  }
}

function patternOf(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) => (part.startsWith(':') ? (part.includes('{') ? '.+' : '[^/]+') : RegExp.escape(part)))
  return new RegExp(`^${parts.join('/')}$`)
}
