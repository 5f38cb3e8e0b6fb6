import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { templateProblem } from '@repo/contracts/alert-template'
import { channelSettingsSchema, type SettingsOf } from '@repo/contracts/channels'
import { createWebhook } from '../src/channels/webhook.ts'
import type { OutgoingRequest } from '../src/http-channel.ts'
import { hostileNames, makeAlert } from '../testing/alerts.ts'

const url = 'https://hooks.example/secret-path?token=secret'
const parse = (more: object) => channelSettingsSchema.parse({ kind: 'webhook', url, ...more }) as SettingsOf<'webhook'>

/** The request that a webhook is, as it goes out. */
async function requestOf(more: object, alert = makeAlert()): Promise<OutgoingRequest & { body: string }> {
  const sent: OutgoingRequest[] = []
  const webhook = createWebhook(async (request) => {
    sent.push(request)
    return { kind: 'answered', status: 200, body: '', field: () => undefined }
  })
  await webhook.deliver(alert, parse(more), { signal: new AbortController().signal, nowMs: 1_780_000_000_500 })
  const [request] = sent
  if (typeof request?.body !== 'string') throw new Error('nothing was sent')
  return { ...request, body: request.body }
}

const fieldOf = ({ headers }: OutgoingRequest, wanted: string) =>
  headers.find(({ name }) => name.toLowerCase() === wanted)?.value

describe('a webhook', () => {
  test('is signed so that its receiver can tell by whom, when and that nothing was changed', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef')
    const request = await requestOf({ signingSecret: `whsec_${key.toString('base64')}` })
    const signed = `event-7-channel-3.1780000000.${request.body}`
    expect(fieldOf(request, 'webhook-id')).toBe('event-7-channel-3')
    expect(fieldOf(request, 'webhook-timestamp')).toBe('1780000000')
    const mac = createHmac('sha256', key).update(signed).digest('base64')
    expect(fieldOf(request, 'webhook-signature')).toBe(`v1,${mac}`)
  })

  test('tells the whole alert where nobody wrote a body', async () => {
    const { about, title, version, since, dedupKey } = JSON.parse((await requestOf({})).body)
    expect({ about, title, version, since, dedupKey }).toEqual({
      about: { kind: 'monitor', id: '0190', name: 'shop.example', target: 'https://shop.example/' },
      title: 'DOWN shop.example - TLS certificate expired (2 of 3 regions)',
      ...{ version: 1, since: '2026-06-01T12:00:00.000Z', dedupKey: 'incident-1' },
    })
  })

  test('is what a person wrote, with what is told in place of the names, whatever that is', async () => {
    const body = '{"text": "{{ name }} is {{event}}: {{cause}}", "n": 1, "t": ["{{target}}"]}'
    for (const name of hostileNames) {
      const subject = { kind: 'monitor', id: '1', name, target: null } as const
      const sent = JSON.parse((await requestOf({ body }, makeAlert({ subject }))).body)
      // What is put in is not looked through again: it may look like a placeholder, or like code.
      expect(sent).toEqual({ text: `${name} is down: TLS certificate expired`, n: 1, t: [''] })
    }
  })

  test('lets no header be taken from it, and takes none that frame a message', async () => {
    const request = await requestOf({ headers: [{ name: 'X-Team', value: 'a' }] })
    expect(fieldOf(request, 'x-team')).toBe('a')
    for (const name of ['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'X-A\r\nB', ''])
      expect(channelSettingsSchema.safeParse({ kind: 'webhook', url, headers: [{ name, value: 'a' }] }).success).toBe(
        false,
      )
  })
})

describe('a body of a webhook', () => {
  test.each([
    ['{"a": "{{nmae}}"}', '{{nmae}} is not known'],
    ['{"a": "{{constructor}}"}', '{{constructor}} is not known'],
    ['{"a": {{name}}}', 'is no JSON'],
    ['hello {{name}}', 'is no JSON'],
    ['{"a": "{{#if name}}"}', '{{#if name}} is not known'],
  ])('is refused as %s', (text, complaint) => {
    expect(templateProblem(text)).toStartWith(complaint)
  })

  test.each(['{"a": "{{name}}"}', '[]', '"{{subject}}"', '{"a": "<%= name %> {% name %} {name} #{name}"}'])(
    'is taken as %s, and nothing but names in two braces means anything',
    (text) => {
      expect(templateProblem(text)).toBeUndefined()
    },
  )
})
