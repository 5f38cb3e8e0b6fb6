import type { HttpSpec } from '@repo/contracts/specs/http'
import type { OutcomeCode, OutcomeVerdict } from '@repo/domain/outcome'
import type { ProbeDeps } from '../src/probe-deps.ts'
import type { Identity } from '../testing/certificates.ts'
import type { SilentTarget } from '../testing/silent-target.ts'
import type { Step, TargetOptions } from '../testing/target.ts'

/** One hostile target of the farm: what it does, and what a probe must say about it. */
export type FarmRow = ScriptRow | OpenRow

interface Expected {
  /** The group and number of the behaviour: A is DNS, B TCP, C TLS, D framing, E bodies, F redirects, G HTTP/2, H meaning. */
  readonly id: string
  readonly name: string
  readonly code: OutcomeCode
  /** Where it is not the one that the code stands for. */
  readonly verdict?: OutcomeVerdict
  readonly message?: RegExp
  readonly spec?: Partial<HttpSpec>
  /** Whoever follows it without a guard leaves this machine: nothing else is let near it. */
  readonly leadsOutside?: true
  /** When it must be over; without it, well before any deadline. */
  readonly maxMs?: number
}

/** A target that says its script, byte for byte, to every connection. */
export interface ScriptRow extends Expected {
  readonly script: readonly Step[]
  readonly target?: TargetOptions
  readonly path?: string
}

/** A target that takes more than a script. */
export interface OpenRow extends Expected {
  open(tools: FarmTools): Promise<OpenTarget>
}

export interface OpenTarget {
  readonly url: string
  readonly deps?: Partial<ProbeDeps>
  /** How a name of the URL is told to curl, where it is one: `shop.example:443:127.0.0.1`. */
  readonly curlArgs?: readonly string[]
  /** Connections that the target still holds. */
  openConnections?(): number
  /** What the target must have seen, once the probe is over. */
  verify?(): void
  stop(): Promise<void>
}

/** What rows share, made once. */
export interface FarmTools {
  /** Signs what the probes of the farm trust. */
  readonly authority: Identity
  /** A port whose queue is full: it neither accepts nor refuses. */
  readonly silent: SilentTarget
}
