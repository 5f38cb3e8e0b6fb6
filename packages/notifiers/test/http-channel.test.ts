import { expect, test } from 'bun:test'
import { type Answered, httpChannel, type Prepared, type SendRequest } from '../src/http-channel.ts'
import { makeAlert } from '../testing/alerts.ts'

const answered = (status: number): Answered => ({ kind: 'answered', status, body: '[]', field: () => undefined })

function deliver(send: SendRequest, more: Partial<Prepared> = {}) {
  const channel = httpChannel('webhook', send, () => ({ url: 'https://a.example/', body: {}, secrets: [], ...more }))
  return channel.deliver(makeAlert(), { kind: 'webhook' }, { signal: new AbortController().signal, nowMs: 0 })
}

test('what was taken is not said once more because nobody understands what the provider said of it', async () => {
  const judge = ({ body }: Answered) => JSON.parse(body).not.there
  expect(await deliver(async () => answered(200), { judge })).toMatchObject({ kind: 'accepted' })
  expect(await deliver(async () => answered(404), { judge })).toMatchObject({ kind: 'refused' })
  expect(await deliver(async () => answered(503), { judge })).toMatchObject({ kind: 'retry' })
})

test('a request that cannot be sent says so, and not that somebody stopped it', async () => {
  const delivery = await deliver(() => Promise.reject(new Error('no descriptors are left')))
  expect(delivery).toEqual({ kind: 'retry', reason: 'the request could not be sent', answer: '' })
})

test('an echo of the message is kept without that by which its reader may do something', async () => {
  const alert = makeAlert()
  const body = JSON.stringify(Object.values(alert.links))
  const delivery = await deliver(async () => ({ ...answered(200), body }))
  expect(delivery.answer).toContain(alert.links.open ?? '')
  for (const token of ['ack-token', 'pause-token', 'end-token']) expect(delivery.answer).not.toContain(token)
})
