import type { ScheduleJson } from '@repo/contracts/on-call'
import { t } from '@repo/ui/words'
import type { FieldErrors } from '../form/field-errors.ts'

export type Layer = ScheduleJson['layers'][number]

/** From today on, weekly, by the clocks of whoever makes it. */
export function newLayer(): Layer {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const startsOn = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short' }).format(Date.now())
  return { people: [], startsOn, turnDays: 7, handover: '09:00', timeZone, only: null }
}

/** What is wrong with a schedule, by the API's own schema and its names of fields. */
export async function scheduleErrors(body: { name: string; layers: Layer[] }): Promise<FieldErrors> {
  const { createScheduleSchema } = await import('@repo/contracts/on-call')
  const parsed = createScheduleSchema.safeParse(body)
  if (parsed.success) return {}
  return Object.fromEntries(
    parsed.error.issues.map(({ path, message }) => {
      const last = path.at(-1)
      const text =
        last === 'people' ? t('Somebody has to take turns.') : last === 'turnDays' ? t('Between 1 and 366.') : message
      return [path.join('.'), text.charAt(0).toUpperCase() + text.slice(1)]
    }),
  )
}
