/** What a timeline's entry says of itself, as far as it does: its body is open, and a page must not fall over it. */
export type Body = Readonly<Record<string, unknown>>

export function textIn(body: Body | undefined, name: string): string {
  const value = body?.[name]
  return typeof value === 'string' ? value : ''
}

export function numberIn(body: Body | undefined, name: string): number | null {
  const value = body?.[name]
  return typeof value === 'number' ? value : null
}

export function partIn(body: Body | undefined, name: string): Body | undefined {
  const value = body?.[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined
}

export function textsIn(body: Body | undefined, name: string): readonly string[] {
  const value = body?.[name]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
