import { RE2JS } from 're2js'

/** Compiled patterns, the last used last; whoever checks every minute meets its own again. */
const compiled = new Map<string, RE2JS | null>()
const COMPILED_LIMIT = 500
/** A search takes time in proportion to the text and to this; it also keeps everybody else waiting meanwhile. */
const INSTRUCTIONS = 1_100
/** A search that took longer has built a large automaton, which may hold megabytes: it is not kept. */
const LONG_SEARCH_MS = 20

/**
 * Whether a text holds a match of a pattern in the syntax of RE2, in time linear to the text whatever the pattern.
 * Undefined where the pattern is none, or so large that it would take too long.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  const compiledPattern = compile(pattern)
  if (!compiledPattern) return undefined
  const startedAtMs = performance.now()
  const found = compiledPattern.test(text)
  if (performance.now() - startedAtMs > LONG_SEARCH_MS) compiled.delete(pattern)
  return found
}

/** Where the first match ends; -1 where there is none, undefined where the pattern is none. */
export function matchEnd(pattern: string, text: string): number | undefined {
  const found = matches(pattern, text)
  if (!found) return found === undefined ? undefined : -1
  // Where a match is, is asked for only once there is one: that there is none is told by a much faster engine.
  const matcher = compile(pattern)?.matcher(text)
  return matcher?.find() ? matcher.end() : -1
}

function compile(pattern: string): RE2JS | null {
  const known = compiled.get(pattern)
  if (known !== undefined) {
    compiled.delete(pattern)
    compiled.set(pattern, known)
    return known
  }
  const made = tryToCompile(pattern)
  if (compiled.size >= COMPILED_LIMIT) compiled.delete(compiled.keys().next().value ?? '')
  compiled.set(pattern, made)
  return made
}

function tryToCompile(pattern: string): RE2JS | null {
  try {
    const made = RE2JS.compile(pattern)
    return made.programSize() > INSTRUCTIONS ? null : made
  } catch {
    return null
  }
}
