import { type ChannelKind, fieldsOf, settingsSchemas } from '@repo/contracts/channels'
import { WrongAtField } from '../form/field-errors.ts'

/** One thing that a kind of channel has to know. */
export interface ChannelField {
  readonly name: string
  readonly label: string
  readonly hint: string | undefined
  readonly placeholder: string | undefined
  readonly isSecret: boolean
  readonly isNeeded: boolean
  /** Over several lines: headers and bodies. */
  readonly isLong: boolean
}

type Words = readonly [label: string, hint?: string | undefined, placeholder?: string]

const words: Record<string, Words> = {
  url: ['Webhook URL', undefined, 'https://'],
  to: ['To', undefined, '+4915112345678'],
  from: ['From', 'A number of your account.', '+4915112345678'],
  server: ['Server'],
  token: ['Token'],
  headers: ['Headers', 'One on each line.', 'Authorization: Bearer …'],
  body: ['Body', 'JSON of your own, with names in braces inside of texts.', '{"text": "{{subject}}"}'],
  signingSecret: ['Signing secret', 'Every request is signed with it, as Standard Webhooks says.', 'whsec_…'],
  botToken: ['Token of the bot', 'The one that @BotFather gave.', '123456:ABC…'],
  chatId: ['Chat', 'Its number, or @channel.', '-1001234567890'],
  routingKey: ['Integration key', 'Of Events API v2: 32 letters and digits.'],
  apiKey: ['API key', 'Of an API integration.'],
  accountSid: ['Account SID', undefined, 'AC…'],
  authToken: ['Auth token'],
  topic: ['Topic', 'Whoever knows it can read along.'],
  userKey: ['User or group key'],
  apiToken: ['Token of the application'],
  accessToken: ['Access token'],
  roomId: ['Room', undefined, '!abc:matrix.org'],
}

/** Where a word means something else in one kind than in the others. */
const ownWords: Record<string, Words> = {
  'email.to': ['Address', undefined, 'ada@example.com'],
  'webhook.url': ['URL', undefined, 'https://'],
  'sms_gateway.url': ['URL of the gateway', 'It gets {"to", "text", "id"} as JSON.', 'https://'],
  'gotify.server': ['Server', undefined, 'https://gotify.example.com'],
  'matrix.server': ['Home server', undefined, 'https://matrix.org'],
}

/** What a kind of channel asks for, as its schema says, those that are needed first. */
export function channelFields(kind: ChannelKind): readonly ChannelField[] {
  const { secrets } = fieldsOf(kind)
  const shape = shapeOf(kind)
  const fields = Object.keys(shape).map((name): ChannelField => {
    const [label, hint, placeholder] = ownWords[`${kind}.${name}`] ?? words[name] ?? [name]
    const absent = shape[name]?.safeParse(undefined)
    const isNeeded = absent?.success !== true
    const usual = absent?.success && typeof absent.data === 'string' ? absent.data : undefined
    const note = usual ? 'Only where it is another than this one.' : hint
    return {
      ...{ name, isNeeded },
      label: isNeeded ? label : `${label}, if you like`,
      hint: note,
      placeholder: usual ?? placeholder,
      isSecret: secrets.includes(name),
      isLong: name === 'headers' || name === 'body',
    }
  })
  return fields.toSorted((a, b) => Number(b.isNeeded) - Number(a.isNeeded))
}

interface Parsing {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false }
}

function shapeOf(kind: ChannelKind): Readonly<Record<string, Parsing>> {
  const schema = settingsSchemas.get(kind) as { shape?: Record<string, Parsing> } | undefined
  return schema?.shape ?? {}
}

interface Given {
  readonly fields: readonly ChannelField[]
  /** By the names of inputs: `settings.url`. */
  readonly values: Readonly<Record<string, string>>
  /** Secrets that stay as they are. */
  readonly kept: ReadonlySet<string>
}

/** What is sent: without what was left empty, and a mark in place of each secret that stays. */
export function settingsFrom({ fields, values, kept }: Given): Record<string, unknown> {
  const given = fields.flatMap(({ name, isLong }): [string, unknown][] => {
    if (kept.has(name)) return [[name, { set: true }]]
    const typed = values[inputName(name)] ?? ''
    const text = isLong ? typed : typed.trim()
    if (text.trim() === '') return []
    return [[name, name === 'headers' ? headersFrom(text) : text]]
  })
  return Object.fromEntries(given)
}

export function inputName(field: string): string {
  return `settings.${field}`
}

function headersFrom(text: string): { name: string; value: string }[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
      if (name === undefined || value === undefined)
        throw new WrongAtField(
          inputName('headers'),
          `Each line is a name, a colon and a value: "${line.trim()}" is not.`,
        )
      return { name, value }
    })
}
