import type { Monitor } from '@repo/contracts/monitors'
import type { StatusRange } from '@repo/contracts/specs/http'

type HttpSpec = Extract<Monitor['spec'], { kind: 'http' }>
type Assertion = NonNullable<HttpSpec['assertions']>[number]

/** What a good answer is like, as the fields have it: texts as typed, and empty where nothing is asked. */
export interface ExpectationDraft {
  readonly expectedStatus: string
  readonly keyword: string
  /** In the syntax of RE2. */
  readonly pattern: string
  readonly jsonPath: string
  readonly certificateDays: string
  readonly slowMs: string
}

export const nothingExpected: ExpectationDraft = {
  ...{ expectedStatus: '', keyword: '', pattern: '', jsonPath: '', certificateDays: '', slowMs: '' },
}

const has = (text: string) => text.trim() !== ''

/** An assertion of a spec that a field shows: the first of which it can say all that matters. */
interface Field {
  readonly name: Exclude<keyof ExpectationDraft, 'expectedStatus' | 'slowMs'>
  read(assertion: Assertion): string | undefined
  write(text: string): Assertion
}

const fields: readonly Field[] = [
  {
    name: 'keyword',
    read: (one) => (one.kind === 'body' && one.is === 'contains' ? one.value : undefined),
    write: (value) => ({ kind: 'body', is: 'contains', value }),
  },
  {
    name: 'pattern',
    read: (one) => (one.kind === 'pattern' && one.is === 'matches' ? one.value : undefined),
    write: (value) => ({ kind: 'pattern', is: 'matches', value }),
  },
  {
    name: 'jsonPath',
    read: (one) => (one.kind === 'json' && one.is === 'present' ? one.at : undefined),
    write: (text) => ({ kind: 'json', at: text.trim(), is: 'present' }),
  },
  {
    name: 'certificateDays',
    read: (one) => (one.kind === 'certificate' ? String(one.atLeastDays) : undefined),
    write: (text) => ({ kind: 'certificate', atLeastDays: Number(text) }),
  },
]

export function expectationsOf(spec: Monitor['spec']): ExpectationDraft {
  if (spec.kind !== 'http') return nothingExpected
  const texts = fields.map(({ name, read }) => [name, spec.assertions?.map(read).find((text) => text !== undefined)])
  const shown = Object.fromEntries(texts.filter(([, text]) => text !== undefined)) as Partial<ExpectationDraft>
  const total = spec.slowMs?.total
  return {
    ...nothingExpected,
    ...shown,
    expectedStatus: statusText(spec.expectedStatus),
    slowMs: total === undefined ? '' : String(total),
  }
}

/** How many expectations of a spec no field shows: they stay as they are. */
export function unshownExpectations(spec: Monitor['spec']): number {
  if (spec.kind !== 'http') return 0
  const assertions = spec.assertions ?? []
  return assertions.length - fields.filter(({ read }) => assertions.some((one) => read(one) !== undefined)).length
}

/** `200-299,401`, as it is typed. */
function statusText(ranges: readonly StatusRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

type Expected = Pick<HttpSpec, 'expectedStatus' | 'assertions' | 'slowMs'>

/** What the fields say in place of what they showed; what none of them shows stays, and so does how much each one weighs. */
export function expectedOf(draft: ExpectationDraft, before: Partial<Expected> = {}): Partial<Expected> {
  const assertions = fields.reduce((all, field) => withField(all, field, draft[field.name]), before.assertions ?? [])
  const { total: _total, ...phases } = before.slowMs ?? {}
  const slowMs = { ...phases, ...(has(draft.slowMs) && { total: Number(draft.slowMs) }) }
  return {
    // The API reads the text as people write it, and says what is wrong with it.
    ...(has(draft.expectedStatus) && { expectedStatus: draft.expectedStatus.trim() as never }),
    ...(assertions.length > 0 && { assertions }),
    ...(Object.keys(slowMs).length > 0 && { slowMs }),
  }
}

function withField(assertions: Assertion[], { read, write }: Field, text: string): Assertion[] {
  const place = assertions.findIndex((one) => read(one) !== undefined)
  const shown = assertions[place]
  if (!shown) return has(text) ? [...assertions, write(text)] : assertions
  if (!has(text)) return assertions.toSpliced(place, 1)
  return read(shown) === text ? assertions : assertions.with(place, { ...shown, ...write(text) } as Assertion)
}
