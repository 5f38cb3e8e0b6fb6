import type { Context } from 'hono'
import type { Asked } from './access/guard.ts'
import { answerFrom, type KeptAnswer } from './answer-cache.ts'

/** What was kept as the answer to this request, with the headers that were given to it on the way. */
export function keptAnswer(context: Context<Asked>, kept: KeptAnswer): Response {
  const answer = answerFrom(kept, context.req.raw)
  for (const [name, value] of context.res.headers) answer.headers.set(name, value)
  return answer
}
