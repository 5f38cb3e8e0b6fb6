import { RE2JS } from 're2js'

/** Compiled patterns, the latest last; whoever checks every minute meets its own again. */
const compiled = new Map<string, RE2JS | null>()
const COMPILED_LIMIT = 1_000

/**
 * Whether a text holds a match of a pattern in the syntax of RE2, in time linear to the text whatever the pattern.
 * Undefined where the pattern is none.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  return compile(pattern)?.matcher(text).find()
}

/** Where the first match ends; -1 where there is none, undefined where the pattern is none. */
export function matchEnd(pattern: string, text: string): number | undefined {
  const matcher = compile(pattern)?.matcher(text)
  if (!matcher) return undefined
  return matcher.find() ? matcher.end() : -1
}

function compile(pattern: string): RE2JS | undefined {
  const known = compiled.get(pattern)
  if (known !== undefined) return known ?? undefined
  const made = tryToCompile(pattern)
  if (compiled.size >= COMPILED_LIMIT) compiled.delete(compiled.keys().next().value ?? '')
  compiled.set(pattern, made)
  return made ?? undefined
}

function tryToCompile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return null
  }
}
