/** What an API key may do: read or write everything its maker may, or one kind of thing. */
export const resources = ['monitors', 'incidents', 'pages', 'members', 'keys', 'audit', 'workspace'] as const
export type Resource = (typeof resources)[number]
export type Access = 'read' | 'write'
export type Scope = Access | `${Resource}:${Access}`

export const scopes: readonly Scope[] = [
  'read',
  'write',
  ...resources.flatMap((resource) => [`${resource}:read`, `${resource}:write`] as const),
]

/** Who may write may read; a scope without a resource is of them all. */
export function allows(granted: readonly Scope[], resource: Resource, access: Access): boolean {
  const enough: readonly Scope[] = access === 'read' ? ['read', 'write'] : ['write']
  return enough.some((scope) => granted.includes(scope) || granted.includes(`${resource}:${scope}` as Scope))
}
