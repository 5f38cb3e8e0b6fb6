import type { FoundPage } from './found-page.ts'
import type { StatusDeps } from './services.ts'

export interface SubscribeWays {
  readonly mail: boolean
  readonly hooks: boolean
}

/** What is sent holds links: nobody can subscribe to a page that does not know by which address it is reached. */
export function waysOf(
  { kept }: Pick<FoundPage, 'kept'>,
  { publicUrl, subscribing }: Pick<StatusDeps, 'publicUrl' | 'subscribing'>,
): SubscribeWays {
  const isReached = publicUrl !== undefined || kept.snapshot.page.domain !== null
  return {
    mail: isReached && (subscribing?.byMail ?? false),
    hooks: isReached && subscribing?.keyring?.newestId !== undefined,
  }
}
