import { afterAll, expect, test } from 'bun:test'
import { InfiniteQueryObserver, infiniteQueryOptions, QueryClient } from '@tanstack/react-query'
import { readMore } from '../src/api/read-more.ts'

const LAST_PAGE = 2
/** Each page asked for waits here until it is answered, with the state that the server is in then. */
const asked: { page: number; answer: (state: string) => void }[] = []
const client = new QueryClient()
const options = infiniteQueryOptions({
  queryKey: ['list'],
  queryFn: ({ pageParam }) =>
    new Promise<string>((resolve) => {
      asked.push({ page: pageParam, answer: (state) => resolve(`${pageParam} ${state}`) })
    }),
  initialPageParam: 0,
  getNextPageParam: (_last, _all, page) => (page < LAST_PAGE ? page + 1 : undefined),
})
const observer = new InfiniteQueryObserver(client, options)
const release = observer.subscribe(() => {})

afterAll(() => {
  release()
  client.clear()
})

async function nextAsked(page: number) {
  while (!asked.some((one) => one.page === page)) await new Promise((resolve) => setTimeout(resolve, 1))
  const [one] = asked.splice(
    asked.findIndex((other) => other.page === page),
    1,
  )
  if (!one) throw new Error(`nobody asked for page ${page}`)
  return one
}

const pages = () => observer.getCurrentResult().data?.pages

test('more is read although a change has the list read anew meanwhile, and what changed is not lost', async () => {
  ;(await nextAsked(0)).answer('before')
  while (!pages()) await new Promise((resolve) => setTimeout(resolve, 1))
  const more = readMore(observer.getCurrentResult())
  await nextAsked(1)
  void client.invalidateQueries({ queryKey: ['list'] })
  ;(await nextAsked(0)).answer('changed')
  ;(await nextAsked(1)).answer('changed')
  await more
  expect(pages()).toEqual(['0 changed', '1 changed'])

  void client.invalidateQueries({ queryKey: ['list'] })
  const first = await nextAsked(0)
  const again = readMore(observer.getCurrentResult())
  first.answer('changed twice')
  ;(await nextAsked(1)).answer('changed twice')
  ;(await nextAsked(2)).answer('changed twice')
  await again
  expect(pages()).toEqual(['0 changed twice', '1 changed twice', '2 changed twice'])
})
