import type { ChainableCommander } from 'ioredis'
import { redact } from './redact.ts'

/** Runs a pipeline or transaction and rejects with the first error of any of its commands. */
export async function runStep(step: ChainableCommander): Promise<unknown[]> {
  const replies = (await step.exec().catch(rethrow)) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw redact(error)
    return reply
  })
}

// Of a refused transaction the first refusal tells more than the end of it: `OOM …` rather than `EXECABORT …`.
function rethrow(error: Error & { previousErrors?: Error[] }): never {
  throw redact(error.previousErrors?.[0] ?? error)
}
