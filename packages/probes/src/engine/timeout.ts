import type { Failure } from './failure.ts'
import { readableMs } from './readable.ts'
import type { ProbeRun } from './run.ts'

/** A timer that fires so much late was held up by a suspended or an overloaded machine. */
const STALL_MS = 1_000

/** Names the stage in which the time ran out, and how long the probe had waited there. */
export function timeoutFailure(run: ProbeRun, subject: string): Failure {
  const waited = readableMs(run.waitedMs())
  const checked = `the check ended after ${readableMs(run.stopwatch.elapsedMs())}`
  if (run.stalledMs > STALL_MS) {
    return {
      code: 'CLOCK_JUMP',
      text: `This probe stood still for ${readableMs(run.stalledMs)}: nothing is known of ${subject}`,
    }
  }
  switch (run.stage) {
    case 'dns':
      return { code: 'DNS_TIMEOUT', text: `DNS: no answer about ${subject} in ${waited}` }
    case 'connect':
      return { code: 'TCP_TIMEOUT', text: `TCP: ${subject} did not answer in ${waited}` }
    case 'tls':
      return { code: 'TLS_TIMEOUT', text: `TLS: ${subject} did not finish the handshake in ${waited}` }
    case 'firstByte':
      return { code: 'TTFB_TIMEOUT', text: `Response: connected to ${subject}, no response in ${waited}` }
    case 'headers':
      return { code: 'HEADERS_TIMEOUT', text: `Response: headers not complete in ${waited}; ${checked}` }
    case 'answer':
    case 'talk':
      return { code: 'ANSWER_TIMEOUT', text: `Answer: ${subject} did not answer in ${waited}` }
    case 'body':
      return { code: 'BODY_TIMEOUT', text: `Response: body not complete in ${waited}; ${checked}` }
  }
}
