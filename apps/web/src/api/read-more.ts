/** A list in pages, as `useInfiniteQuery` gives it. */
interface Pages {
  readonly data: { readonly pages: readonly unknown[] } | undefined
  readonly isSuccess: boolean
  readonly hasNextPage: boolean
  readonly fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<Pages>
}

/**
 * Reads the next page of a list that is live. A change has the list read anew, which ends a reading of more without a word, and
 * more asked for meanwhile would end the reading anew: so what runs is waited for, and the page asked for until it is there.
 */
export async function readMore(query: Pages): Promise<void> {
  let latest = query
  let had: number | undefined
  do {
    had = latest.data?.pages.length
    latest = await latest.fetchNextPage({ cancelRefetch: false })
  } while (latest.isSuccess && latest.hasNextPage && latest.data?.pages.length === had)
}
