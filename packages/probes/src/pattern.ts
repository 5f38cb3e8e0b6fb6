import { RE2JS, RE2JSSyntaxException } from 're2js'

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

/**
 * What is wrong with a pattern that no check could carry out, and at which character, counted from 1; undefined for one that is good.
 * None takes time that explodes, so that the only cost to be refused is its size.
 */
export function patternProblem(pattern: string): string | undefined {
  try {
    if (RE2JS.compile(pattern).programSize() <= INSTRUCTIONS) return undefined
    return 'would take too long to look for: it repeats too much, or too many ways lead to a match'
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    const { index, found } = placeOf(pattern, error)
    return `is no pattern of RE2: ${reasonOf(error)} at character ${index + 1}${found ? `, ${found}` : ''}`
  }
}

function reasonOf(error: RE2JSSyntaxException): string {
  const what = error.getDescription()
  if (what === 'invalid repeat count') return 'a repeat count that is no range, or above 1000 in all'
  return what.replace('at end of expression', '').trim()
}

/** The engine says what it stumbled over, and not where that stands. */
function placeOf(pattern: string, error: RE2JSSyntaxException): { index: number; found?: string } {
  const found = error.getPattern()
  if (!found) return { index: pattern.length - 1 }
  if (found === pattern && /[()]$/.test(error.getDescription())) return { index: unpairedIn(pattern) }
  // What came before it was good: a count or a name is wrong only together with an earlier one.
  const isOfTwo = /repeat count|duplicate/.test(error.getDescription())
  return { index: Math.max(0, isOfTwo ? pattern.lastIndexOf(found) : pattern.indexOf(found)), found }
}

/** The parenthesis that has no other: the first that closes nothing, else the last that is never closed. */
function unpairedIn(pattern: string): number {
  const open: number[] = []
  // Escapes and classes, within which a parenthesis is only a character.
  for (const { 0: part, index } of pattern.matchAll(
    /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]])*\]|[()]/gs,
  )) {
    if (part === '(') open.push(index)
    if (part === ')' && open.pop() === undefined) return index
  }
  return open.at(-1) ?? 0
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
