import type { ChainableCommander } from 'ioredis'

/** Runs a pipeline or transaction and rejects with the first error of any of its commands. */
export async function runStep(step: ChainableCommander): Promise<unknown[]> {
  const replies = (await step.exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw error
    return reply
  })
}
