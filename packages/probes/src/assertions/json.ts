import type { Assertion } from '@repo/contracts/specs/assertion'
import { escaped } from '../engine/readable.ts'
import { matches } from '../pattern.ts'
import type { AnswerBody } from './answer.ts'
import { type Comparison, compares, comparisonWords } from './compare.ts'
import { parseJsonPlace, valueAt } from './json-place.ts'
import type { Broken } from './judge.ts'

type JsonAssertion = Extract<Assertion, { kind: 'json' }>

/** Judges one value of a JSON body. What cannot be parsed is the site's mistake; it crashes nothing here. */
export function judgeJson(assertion: JsonAssertion, body: AnswerBody | null): Broken {
  const place = parseJsonPlace(assertion.at)
  if (!place)
    return { code: 'PROBE_ERROR', text: `Body: '${escaped(assertion.at)}' does not name one value of a JSON text` }
  const parsed = parseJson(body)
  if ('code' in parsed) return parsed
  const found = valueAt(parsed.value, place)
  if (holds(assertion, found)) return null
  const wanted = wantedText(assertion)
  const seen = found.isThere ? `is ${shown(found.value)}` : 'is not there'
  return {
    code: 'JSON_MISMATCH',
    text: `Body: ${escaped(assertion.at || 'the JSON text')} ${seen}; expected: ${wanted}`,
  }
}

type Parsed = { readonly value: unknown } | NonNullable<Broken>

function parseJson(body: AnswerBody | null): Parsed {
  if (body?.isCut) return { code: 'JSON_INVALID', text: 'Body: is too long to be judged as JSON' }
  try {
    return { value: JSON.parse(body?.text ?? '') }
  } catch {
    return { code: 'JSON_INVALID', text: 'Body: is not JSON' }
  }
}

type Found = { readonly isThere: true; readonly value: unknown } | { readonly isThere: false }

function holds({ is, value }: JsonAssertion, found: Found): boolean {
  if (is === 'absent') return !found.isThere
  if (!found.isThere) return is === 'not-equals'
  switch (is) {
    case 'present':
      return true
    case 'equals':
      return sameValue(found.value, value)
    case 'not-equals':
      return !sameValue(found.value, value)
    case 'contains':
      return containsValue(found.value, value)
    case 'matches':
      return matches(String(value), asText(found.value)) === true
    default:
      return typeof found.value === 'number' && typeof value === 'number' && compares(found.value, is, value)
  }
}

function sameValue(found: unknown, wanted: unknown): boolean {
  return found === wanted || (typeof found === 'object' && found !== null && JSON.stringify(found) === wanted)
}

function containsValue(found: unknown, wanted: unknown): boolean {
  return Array.isArray(found) ? found.includes(wanted) : asText(found).includes(String(wanted))
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function wantedText({ is, value }: JsonAssertion): string {
  if (is === 'present' || is === 'absent') return is
  const word = is in comparisonWords ? comparisonWords[is as Comparison] : is
  return `${word} ${shown(value)}`
}

function shown(value: unknown): string {
  return escaped(JSON.stringify(value) ?? 'nothing')
}
