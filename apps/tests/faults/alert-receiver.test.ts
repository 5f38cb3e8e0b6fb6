import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type AlertReceiver, startAlertReceiver } from '../src/alert-receiver.ts'
import { eventually } from '../src/eventually.ts'

let receiver: AlertReceiver
beforeEach(() => {
  receiver = startAlertReceiver()
})
afterEach(() => receiver.stop())

const body = { event: 'down', about: { name: 'shop' }, dedupKey: 'outage', deliveryKey: 'message' }
const tell = (channel: string) => fetch(receiver.urlOf(channel), { method: 'POST', body: JSON.stringify(body) })

describe('the receiver of alerts', () => {
  test('writes down what each channel was told, and whether it took it', async () => {
    receiver.answer('pager', { kind: 'refuse', status: 429, retryAfterSeconds: 30 })
    expect((await tell('ops')).status).toBe(200)
    const refused = await tell('pager')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    const { about, ...keys } = body
    expect(receiver.heard).toMatchObject([
      { ...keys, about: 'shop', channel: 'ops', isAccepted: true },
      { ...keys, about: 'shop', channel: 'pager', isAccepted: false },
    ])
  })

  test('says nothing while it hangs, and that it could not when it answers otherwise', async () => {
    receiver.answer('ops', { kind: 'hang' })
    const waiting = tell('ops')
    await eventually('it was asked', () => receiver.heard.length === 1)
    expect(await Promise.race([waiting, 'nothing yet'])).toBe('nothing yet')
    receiver.answer('ops', { kind: 'accept' })
    expect((await waiting).status).toBe(503)
    expect(receiver.heard.map(({ isAccepted }) => isAccepted)).toEqual([false])
  })
})
