import { t } from '@repo/ui/words'
import { isCode } from '../api/request.ts'

/** The server knows it best: another owner may have gone a moment ago. */
export async function orLastOwner<Done>(done: Promise<Done>): Promise<Done> {
  try {
    return await done
  } catch (error) {
    if (!isCode(error, 'last_owner')) throw error
    const why = t('You are its only owner: make somebody else an owner first, or delete the workspace')
    throw new Error(why, { cause: error })
  }
}
