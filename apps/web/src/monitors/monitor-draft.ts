import type { AskDelay } from '@repo/contracts/alert-delay'
import type { ChangeMonitor, CreateMonitor, Monitor } from '@repo/contracts/monitors'
import type { Problem } from '@repo/contracts/problem'
import { targetOf } from '@repo/contracts/spec-target'
import { isProbed } from '@repo/contracts/watched-by'
import { monitorLimits } from '@repo/domain/limits'
import { t } from '@repo/ui/words'
import { fieldText } from '../api/problem-words.ts'
import { RequestFailed } from '../api/request.ts'
import { type ExpectationDraft, expectationsOf, expectedOf, nothingExpected } from './expectation-draft.ts'
import { type KeptSecret, keptSecrets, type SecretFates, withFates } from './secret-draft.ts'

/** What the form holds: texts as typed. Without regions, a new monitor is checked from all of them. */
export interface MonitorDraft extends ExpectationDraft {
  readonly url: string
  /** What another check type looks at is shown in place of a URL, and not changed here. */
  readonly isWebsite: boolean
  /** What tells of itself is asked by nobody: how often, from where and how long is then no question. */
  readonly isProbed: boolean
  readonly name: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: string
  readonly regions: readonly string[]
  /** `count` is that of a monitor that is there: how many it takes is not asked here. */
  readonly quorum: Monitor['policy']['quorum']['kind']
  /** A header that is sent along; its value is written once, and never read again. */
  readonly headerName: string
  readonly headerValue: string
  readonly authKind: 'none' | 'basic' | 'bearer'
  readonly authUser: string
  readonly authSecret: string
  /** The secrets that are there, of which nothing else is known. */
  readonly kept: readonly KeptSecret[]
  readonly fates: SecretFates
}

const nothingSent = {
  headerName: '',
  headerValue: '',
  authKind: 'none',
  authUser: '',
  authSecret: '',
  kept: [],
  fates: {},
} as const

export type DraftErrors = Partial<Record<keyof MonitorDraft | 'form', string>>

export function newDraft(url: string): MonitorDraft {
  return {
    url,
    isWebsite: true,
    isProbed: true,
    name: '',
    intervalSeconds: monitorLimits.intervalSeconds.default,
    timeoutSeconds: String(monitorLimits.timeoutMs.default / 1_000),
    regions: [],
    quorum: 'majority',
    ...nothingExpected,
    ...nothingSent,
  }
}

export function draftOf({ name, spec, intervalSeconds, regions, policy }: Monitor): MonitorDraft {
  return {
    url: targetOf(spec),
    isWebsite: spec.kind === 'http',
    isProbed: isProbed(spec),
    name,
    intervalSeconds,
    timeoutSeconds: isProbed(spec) ? String(spec.timeoutMs / 1_000) : '',
    regions,
    quorum: policy.quorum.kind,
    ...expectationsOf(spec),
    ...nothingSent,
    kept: keptSecrets(spec),
  }
}

/** `example.com` is what a person types, `https://example.com` what is meant. */
export function withScheme(text: string): string {
  const url = text.trim()
  return url === '' || /^[a-z][a-z0-9+.-]*:/i.test(url.replace(/^[^/:]+:\d+/, '')) ? url : `https://${url}`
}

/** `looks` is what was seen of it before it is saved. */
export function newMonitorBody(draft: MonitorDraft, looks: readonly string[] = []): CreateMonitor {
  return {
    ...whoAndWhen(draft),
    ...(draft.quorum !== 'majority' && chosenQuorum(draft)),
    spec: newSpec(draft),
    ...(looks.length > 0 && { looks: [...looks] }),
  }
}

/** The specification of a website, with all that is expected of it. */
export function newSpec(draft: MonitorDraft): CreateMonitor['spec'] {
  const headers = addedHeaders(draft)
  return {
    ...{ kind: 'http', url: withScheme(draft.url), timeoutMs: timeoutMsOf(draft) },
    ...expectedOf(draft),
    ...(headers.length > 0 ? { headers } : {}),
    ...authOf(draft),
  }
}

/** Nothing where the number that is there stays. */
function chosenQuorum({ quorum }: MonitorDraft) {
  return quorum === 'count' ? {} : { policy: { quorum: { kind: quorum } } }
}

const has = (text: string) => text.trim() !== ''

/** What the form adds to the headers that are sent. */
function addedHeaders({ headerName, headerValue }: MonitorDraft) {
  return has(headerName) || has(headerValue) ? [{ name: headerName.trim(), value: headerValue }] : []
}

function authOf({ authKind, authUser, authSecret }: MonitorDraft) {
  switch (authKind) {
    case 'none':
      return {}
    case 'basic':
      return { auth: { kind: 'basic', username: authUser, password: authSecret } as const }
    case 'bearer':
      return { auth: { kind: 'bearer', token: authSecret } as const }
  }
}

/** What the form does not know of a spec stays as it is, its secrets too; what another check type looks at is not changed here. */
export function changedMonitorBody(draft: MonitorDraft, { spec, policy }: Monitor): ChangeMonitor {
  if (!isProbed(spec)) return { name: draft.name.trim() || targetOf(spec) }
  const changed = { ...whoAndWhen(draft), ...(draft.quorum !== policy.quorum.kind && chosenQuorum(draft)) }
  const timeoutMs = timeoutMsOf(draft)
  const left = withFates(spec, draft.fates)
  if (left.kind !== 'http') return { ...changed, spec: { ...left, timeoutMs } as ChangeMonitor['spec'] }
  const { expectedStatus: _status, assertions, slowMs, ...rest } = left
  const headers = [...(left.headers ?? []), ...addedHeaders(draft)]
  const sent = { ...(headers.length > 0 && { headers }), ...authOf(draft) }
  const expected = expectedOf(draft, { assertions, slowMs })
  return { ...changed, spec: { ...rest, ...expected, url: withScheme(draft.url), timeoutMs, ...sent } }
}

function whoAndWhen(draft: MonitorDraft) {
  const name = draft.name.trim()
  return {
    ...(name ? { name } : {}),
    intervalSeconds: draft.intervalSeconds,
    ...(draft.regions.length > 0 ? { regions: [...draft.regions] } : {}),
  }
}

/** What a monitor is called that nobody named, as far as that can be told of what was typed. */
export function hostOf(url: string): string | undefined {
  return URL.parse(withScheme(url))?.host
}

/**
 * How fast an alert would come of it: a time-out that cannot be is left out, its field says so when it is saved.
 * @param monitorId Of one that is there: it has its tags and groups, by which alert policies may choose it, and its own policy.
 */
export function askedDelay(draft: MonitorDraft, monitorId?: string): AskDelay {
  const timeoutMs = timeoutMsOf(draft)
  return {
    intervalSeconds: draft.intervalSeconds,
    ...(timeoutMs >= min && timeoutMs <= max ? { timeoutMs } : {}),
    ...(draft.regions.length > 0 ? { regions: [...draft.regions] } : {}),
    ...(monitorId !== undefined && { monitorId }),
    ...((monitorId !== undefined || draft.quorum !== 'majority') && chosenQuorum(draft)),
  }
}

function timeoutMsOf({ timeoutSeconds }: MonitorDraft): number {
  return Math.round(Number(timeoutSeconds) * 1_000)
}

const { min, max } = monitorLimits.timeoutMs
const timeoutError = () => t('Between {min} and {max} seconds', { min: min / 1_000, max: max / 1_000 })

const fieldOfPath: readonly (readonly [RegExp, keyof MonitorDraft])[] = [
  [/url$/, 'url'],
  [/^name$/, 'name'],
  [/intervalSeconds$/, 'intervalSeconds'],
  [/timeoutMs$/, 'timeoutSeconds'],
  [/regions/, 'regions'],
  [/expectedStatus/, 'expectedStatus'],
  [/slowMs/, 'slowMs'],
  [/headers\.\d+\.name$/, 'headerName'],
  [/headers/, 'headerValue'],
  [/auth\.username$/, 'authUser'],
  [/auth/, 'authSecret'],
  [/\.at$/, 'jsonPath'],
  [/atLeastDays$/, 'certificateDays'],
  [/assertions/, 'keyword'],
]

/** Puts what the API, or the schema, found wrong at the fields; what belongs to none of them is told for the whole form. */
export function draftErrors(problems: readonly NonNullable<Problem['errors']>[number][]): DraftErrors {
  const errors: DraftErrors = {}
  for (const { field, message, code } of problems) {
    const named = fieldOfPath.find(([path]) => path.test(field))?.[1] ?? 'form'
    const at = code === 'invalid_pattern' ? 'pattern' : named
    // The API counts milliseconds; the field does not.
    if (at === 'timeoutSeconds') errors[at] = timeoutError()
    const text = fieldText(message)
    errors[at] ??= text.charAt(0).toUpperCase() + text.slice(1)
  }
  return errors
}

export function draftErrorsOf(error: unknown, fallback: string): DraftErrors {
  const problem = error instanceof RequestFailed ? error.problem : undefined
  if (problem?.errors?.length) return draftErrors(problem.errors)
  if (problem?.code === 'already_watched') return { url: fallback }
  return { form: fallback }
}
