import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { addUser } from '@repo/db/testing/populate'
import { createPasswords } from '../src/passwords.ts'
import { type ApiInstance, openApi } from './instance.ts'

/** What each password was held against: the algorithm and the cost, as the hash says of itself. */
const work: string[] = []
const cost = { memoryCost: 4_096, timeCost: 2 }
const oneVerification = ['$argon2id$v=19$m=4096,t=2,p=1']

let api: ApiInstance
beforeAll(async () => {
  const passwords = await createPasswords({
    cost,
    verify(password, hash) {
      work.push(hash.split('$').slice(0, 4).join('$'))
      return Bun.password.verify(password, hash)
    },
  })
  api = await openApi({ passwords })
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const password = 'correct horse battery'
const doors = ['/api/v1/sign-in', '/users/signin'] as const

/** Somebody new each time: of one account there are ten tries. */
const visitors = {
  'somebody with another password': async () =>
    (await addUser(api.deps.sql, { passwordHash: await api.deps.passwords.hash(password) })).username,
  'somebody who has no password': async () => (await addUser(api.deps.sql, { passwordHash: null })).username,
  nobody: async () => `nobody-${crypto.randomUUID()}`,
}

const tryWrong = (door: string, username: string) => api.ask(door, { body: { username, password: 'wrong' } })

describe.each(doors)('a wrong password at %s', (door) => {
  test.each(Object.entries(visitors))(
    'costs one verification of the usual cost, for the name of %s',
    async (_who, name) => {
      const username = await name()
      work.length = 0
      expect((await tryWrong(door, username)).status).toBe(401)
      expect(work).toEqual(oneVerification)
    },
  )
})

test('how long it took tells nothing of whether the name is known', async () => {
  const tookMs = { known: [] as number[], unknown: [] as number[] }
  const rounds = 45
  for (let round = 0; round < rounds; round += 1) {
    const names = { known: await visitors['somebody with another password'](), unknown: await visitors.nobody() }
    // Which of them comes first changes, so that whatever else the machine does meets both alike.
    const order = round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
    for (const who of order) {
      const askedAtMs = performance.now()
      await tryWrong('/api/v1/sign-in', names[who])
      tookMs[who].push(performance.now() - askedAtMs)
    }
  }
  // By chance alone it leaves 0.3 to 0.7 once in a thousand times; without the verification it would be 1.
  expect(chanceOfLonger(tookMs.known, tookMs.unknown)).toBeWithin(0.15, 0.85)
}, 60_000)

/** How often one of the first took longer than one of the second (Mann and Whitney's U, as a share): 0.5 where they are alike. */
function chanceOfLonger(first: readonly number[], second: readonly number[]): number {
  const longer = first.flatMap((one) => second.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)))
  return longer.reduce((sum, won) => sum + won, 0) / longer.length
}
