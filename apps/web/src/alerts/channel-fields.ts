import { type ChannelKind, fieldsOf, settingsSchemas } from '@repo/contracts/channels'
import { msg, t } from '@repo/ui/words'
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
  url: [msg('Webhook URL'), undefined, 'https://'],
  to: [msg('To'), undefined, '+4915112345678'],
  from: [msg('From'), msg('A number of your account.'), '+4915112345678'],
  server: [msg('Server')],
  token: [msg('Token')],
  headers: [msg('Headers'), msg('One on each line.'), 'Authorization: Bearer …'],
  body: [msg('Body'), msg('JSON of your own, with names in braces inside of texts.'), '{"text": "{{subject}}"}'],
  signingSecret: [msg('Signing secret'), msg('Every request is signed with it, as Standard Webhooks says.'), 'whsec_…'],
  botToken: [msg('Token of the bot'), msg('The one that @BotFather gave.'), '123456:ABC…'],
  chatId: [msg('Chat'), msg('Its number, or @channel.'), '-1001234567890'],
  routingKey: [msg('Integration key'), msg('Of Events API v2: 32 letters and digits.')],
  apiKey: [msg('API key'), msg('Of an API integration.')],
  accountSid: [msg('Account SID'), undefined, 'AC…'],
  authToken: [msg('Auth token')],
  topic: [msg('Topic'), msg('Whoever knows it can read along.')],
  userKey: [msg('User or group key')],
  apiToken: [msg('Token of the application')],
  accessToken: [msg('Access token')],
  roomId: [msg('Room'), undefined, '!abc:matrix.org'],
}

/** Where a word means something else in one kind than in the others. */
const ownWords: Record<string, Words> = {
  'email.to': [msg('Address'), undefined, 'ada@example.com'],
  'webhook.url': ['URL', undefined, 'https://'],
  'sms_gateway.url': [msg('URL of the gateway'), msg('It gets {"to", "text", "id"} as JSON.'), 'https://'],
  'gotify.server': [msg('Server'), undefined, 'https://gotify.example.com'],
  'matrix.server': [msg('Home server'), undefined, 'https://matrix.org'],
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
    const note = usual ? t('Only where it is another than this one.') : hint && t(hint)
    return {
      ...{ name, isNeeded },
      label: isNeeded ? t(label) : t('{label}, if you like', { label: t(label) }),
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
          t('Each line is a name, a colon and a value: "{line}" is not.', { line: line.trim() }),
        )
      return { name, value }
    })
}
