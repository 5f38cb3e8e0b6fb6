import type { Failure } from '../engine/failure.ts'

/** The server breaks the rules of HTTP/2, as the end of a sentence. */
export function h2Error(what: string): Failure {
  return { code: 'H2_ERROR', text: `HTTP/2: the server ${what}` }
}

/** The server keeps to the letter of the rules, and keeps us busy with nothing. */
export function h2Abuse(what: string): Failure {
  return { code: 'H2_ABUSE', text: `HTTP/2: the server ${what}` }
}
