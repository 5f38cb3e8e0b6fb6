import type { CheckSpec } from './check-spec.ts'
import { storedSpecSchema } from './spec-schemas.ts'

const CHARACTERS = 16_777_216

/**
 * Specs by their text. A monitor's spec is the same in each of its checks, and to validate it costs more than everything
 * else that happens to a check on its way. What is given out is shared, and so it is frozen.
 */
export class KnownSpecs {
  #young = new Map<string, CheckSpec>()
  #old = new Map<string, CheckSpec>()
  #youngCharacters = 0

  /** Throws where the text is no spec. */
  get(text: string): CheckSpec {
    return this.#young.get(text) ?? this.#keep(text, this.#old.get(text) ?? parse(text))
  }

  // Bounded by two generations: what was not asked for during the life of one is forgotten.
  #keep(text: string, spec: CheckSpec): CheckSpec {
    if (this.#youngCharacters + text.length > CHARACTERS) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngCharacters = 0
    }
    this.#youngCharacters += text.length
    // A copy: a part of a text keeps the whole of it, which is all the messages that came with it.
    this.#young.set(Buffer.from(text).toString(), spec)
    return spec
  }
}

function parse(text: string): CheckSpec {
  return freeze(storedSpecSchema.parse(JSON.parse(text)))
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
