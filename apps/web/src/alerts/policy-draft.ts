import type { AlertPolicyJson, AlertRule } from '@repo/contracts/alerts'
import { weekdays } from '@repo/domain/maintenance'
import { t } from '@repo/ui/words'
import type { FieldErrors } from '../form/field-errors.ts'

/** A policy as it is being written; the rule is what will be sent, as far as it is right. */
export interface PolicyDraft {
  readonly name: string
  readonly rule: AlertRule
}

export type Step = AlertRule['steps'][number]
export type Target = Step['targets'][number]
export type Quiet = NonNullable<AlertRule['quiet']>

export function newDraft(): PolicyDraft {
  return {
    name: '',
    rule: {
      monitors: { kind: 'all' },
      topics: ['down', 'recovered'],
      steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }],
      repeatEverySeconds: null,
      quiet: null,
      fallbackChannelIds: [],
    },
  }
}

export function draftOf({ name, rule }: AlertPolicyJson): PolicyDraft {
  return { name, rule }
}

/** At night, by the clocks of whoever writes it. */
export function newQuiet(): Quiet {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return { timeZone, days: [...weekdays], from: '22:00', to: '07:00', breaksThrough: [] }
}

export function isSameDraft(one: PolicyDraft, other: PolicyDraft): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What is wrong with a draft, by the names that the API has for its fields; checked by the API's own schema. */
export async function findErrors(draft: PolicyDraft): Promise<FieldErrors> {
  const { createAlertPolicySchema } = await import('@repo/contracts/alerts')
  const parsed = createAlertPolicySchema.safeParse(draft)
  if (parsed.success) return {}
  return Object.fromEntries(parsed.error.issues.map(({ path, message }) => [path.join('.'), wordsOf(path, message)]))
}

/** In words where the schema has only its own. */
function wordsOf(path: readonly PropertyKey[], message: string): string {
  const last = path.at(-1)
  if (last === 'targets') return t('Somebody has to be told.')
  if (last === 'topics') return t('Choose at least one.')
  if (last === 'days') return t('Choose at least one day.')
  if (last === 'tags' || last === 'groupIds' || last === 'monitorIds') return t('Choose at least one.')
  if (last === 'afterSeconds') return t('Between 0 and 1,440 minutes.')
  return message.charAt(0).toUpperCase() + message.slice(1)
}

/** What is wrong with a field, or with anything in it. */
export function errorWithin(errors: FieldErrors, path: string): string | undefined {
  const found = Object.entries(errors).find(([field]) => field === path || field.startsWith(`${path}.`))
  return found?.[1]
}
