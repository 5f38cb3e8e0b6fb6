import type { ShownSpec } from '@repo/contracts/spec-secrets'
import { patternProblem } from '@repo/probes/pattern'
import type { FieldError } from './problems.ts'

/** Where a pattern stands in a spec: under its own name, or as the value of an assertion that is to match. */
function isPattern(name: string, { kind, is }: Readonly<Record<string, unknown>>): boolean {
  if (name === 'expectPattern') return true
  return name === 'value' && (kind === 'pattern' || is === 'matches')
}

/** The patterns of a spec that no check could look for, by the very engine that would. */
export function wrongPatterns(spec: ShownSpec): FieldError[] {
  return patternsIn(spec, '').flatMap(([field, text]) => {
    const message = patternProblem(text)
    return message === undefined ? [] : [{ field, message, code: 'invalid_pattern' as const }]
  })
}

function patternsIn(part: object, path: string): [field: string, pattern: string][] {
  return Object.entries(part).flatMap(([name, value]) => {
    const field = path === '' ? name : `${path}.${name}`
    if (typeof value === 'object' && value !== null) return patternsIn(value, field)
    return typeof value === 'string' && isPattern(name, part as Record<string, unknown>) ? [[field, value]] : []
  })
}
