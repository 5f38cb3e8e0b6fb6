import { describe, expect, test } from 'bun:test'
import { createPasswords } from '../src/passwords.ts'
import { AppError } from '../src/problems.ts'

describe('passwords', () => {
  test('are verified against their own hash, and against one that bcrypt made', async () => {
    const { hash, verify } = await createPasswords()
    const own = await hash('correct horse')
    const older = await Bun.password.hash('correct horse', { algorithm: 'bcrypt', cost: 4 })
    expect(own).toStartWith('$argon2id$')
    expect([await verify('correct horse', own), await verify('correct horse', older)]).toEqual([true, true])
    expect([await verify('wrong horse', own), await verify('correct horse', undefined)]).toEqual([false, false])
  })

  test('of a crowd are worked off two at a time, and whoever finds the queue full is told to try again', async () => {
    const { verify } = await createPasswords({ maxWaiting: 3 })
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => verify('correct horse', undefined)))
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    expect(refused.map((error) => error instanceof AppError && error.code)).toEqual(
      Array(refused.length).fill('unavailable'),
    )
    expect(refused).toHaveLength(3)
  })
})
