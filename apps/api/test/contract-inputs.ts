import fc from 'fast-check'

/** What the tests read of a JSON schema (2020-12), as OpenAPI 3.1 has it. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly format?: string
}

type Values = fc.Arbitrary<unknown>

/** What a schema cannot say of a field: most values are to get past its first door. */
const likely: Readonly<Record<string, readonly unknown[]>> = {
  url: ['https://example.com/', 'http://shop.example.com:8080/cart?a=b', 'wss://example.com/socket'],
  host: ['example.com', '9.9.9.9', '2606:4700::1111'],
  domain: ['example.com'],
  regions: [['a'], ['a', 'b']],
  mutedRegions: [[], ['a']],
  nameServers: [['9.9.9.9'], ['[2606:4700::1111]:53']],
  cursor: ['bm9uc2Vuc2U', ''],
  expression: ['@daily', '0 3 * * *'],
  timeZone: ['UTC', 'Europe/Berlin'],
  schedule: [
    { kind: 'once', startsAt: '2026-06-01T12:00:00Z', endsAt: '2026-06-01T13:00:00+00:00' },
    { kind: 'cron', expression: '30 2 * * 7', timeZone: 'Europe/Berlin', durationMinutes: 60 },
  ],
  parentIds: [[]],
  members: [[]],
  password: ['correct horse battery'],
  email: ['somebody@example.com', null],
}

/** Values that a schema takes. */
export function valuesOf(schema: JsonSchema, name = ''): Values {
  const plain = valuesBySchema(schema)
  const hints = likely[name]
  return hints ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hints) }, { weight: 1, arbitrary: plain }) : plain
}

function valuesBySchema(schema: JsonSchema): Values {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice)))
  if (schema.allOf) return valuesOf(Object.assign({}, ...schema.allOf))
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return types.length === 0
    ? fc.jsonValue({ maxDepth: 1 })
    : fc.oneof(...types.map((type) => valuesOfType(type, schema)))
}

function valuesOfType(type: string, schema: JsonSchema): Values {
  const { minimum = -1_000, maximum = 1_000_000 } = schema
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: Math.ceil(minimum), max: Math.max(Math.ceil(minimum), Math.min(maximum, 2_000_000)) })
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true })
    case 'string':
      return textsOf(schema)
    case 'array':
      return fc.array(schema.items ? valuesOf(schema.items) : fc.jsonValue({ maxDepth: 0 }), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 2),
      })
    case 'object':
      return objectsOf(schema)
    default:
      throw new Error(`no way is known to make values of the type "${type}"`)
  }
}

function textsOf({ format, pattern, minLength = 0, maxLength = 40 }: JsonSchema): Values {
  if (format === 'uuid') return fc.uuid()
  if (format === 'email') return fc.constant('somebody@example.com')
  if (format === 'uri') return fc.constant('https://example.com/')
  if (format === 'date-time') return fc.constant('2026-06-01T12:00:00.000Z')
  // Those of a pattern are only now and then worth the time that it takes to find them.
  if (pattern !== undefined && pattern.length < 80) return fc.stringMatching(new RegExp(pattern, 'u'))
  return fc.string({ minLength: Math.min(minLength, 50), maxLength: Math.max(minLength, Math.min(maxLength, 40)) })
}

function objectsOf({ properties = {}, required = [] }: JsonSchema): Values {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valuesOf(field, name)]))
  return fc.record(fields, { requiredKeys: required as string[] })
}

const junk: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  '',
  ' ',
  '\0',
  '\ud800',
  "'; drop table monitor; --",
  '$(id)',
  '../../etc/passwd',
  'x'.repeat(5_000),
  [],
  [[[[[[]]]]]],
  {},
  { set: true },
  { toString: 1, constructor: { prototype: {} } },
  JSON.parse('{"__proto__": {"role": "owner"}}'),
]

/** Values of which one part is not as it should be: exchanged, left out, or one too many. */
export function spoiltValuesOf(schema: JsonSchema): Values {
  return fc
    .tuple(valuesOf(schema), fc.nat(1_000), fc.constantFrom(...junk), fc.constantFrom('exchange', 'leave out', 'add'))
    .map(([value, at, put, way]) => spoil(value, { at, put, way }))
}

function spoil(value: unknown, { at, put, way }: { at: number; put: unknown; way: string }): unknown {
  const spoilt = structuredClone(value)
  const places = placesIn(spoilt)
  const place = places[at % Math.max(1, places.length)]
  if (!place) return put
  const { of, key } = place
  if (way === 'exchange') of[key] = put
  if (way === 'leave out') delete of[key]
  if (way === 'add') of[`unknown${at}`] = put
  return spoilt
}

type Container = Record<string, unknown>

function placesIn(value: unknown): { of: Container; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const of = value as Container
  return Object.keys(of).flatMap((key) => [{ of, key }, ...placesIn(of[key])])
}
