'use client'
import { weekdays } from '@repo/domain/maintenance'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../api/workspace-queries.ts'
import type { FieldErrors } from '../form/field-errors.ts'
import { TimeZoneField } from '../form/time-zone-field.tsx'
import { Chips, smallControl, Wrong } from './chips.tsx'
import { DaysField } from './days-field.tsx'
import type { Layer } from './schedule-draft.ts'

interface LayerFieldsProps {
  layer: Layer
  place: number
  errors: FieldErrors
  onChange: (layer: Layer) => void
  onRemove?: () => void
}

/** People who take turns, how long a turn is, and when it is handed over. */
export function LayerFields({ layer, place, errors, onChange, onRemove }: LayerFieldsProps) {
  const change = (part: Partial<Layer>) => onChange({ ...layer, ...part })
  const errorAt = (field: string) => errors[`layers.${place}.${field}`]
  const id = (field: string) => `layer-${place}-${field}`
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 border-line border-t pt-4">
      <legend className="sr-only">{t('Layer {number}', { number: place + 1 })}</legend>
      <div className="flex items-center justify-between gap-2">
        <p className="text-13 font-medium">{t('In turn')}</p>
        {onRemove && (
          <Button look="quiet" aria-label={t('Remove layer {number}', { number: place + 1 })} onClick={onRemove}>
            {t('Remove layer')}
          </Button>
        )}
      </div>
      <PeopleField
        people={layer.people}
        place={place}
        error={errorAt('people')}
        onChange={(people) => change({ people })}
      />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <TextField
          id={id('starts')}
          label={t('From')}
          type="date"
          className="num"
          value={layer.startsOn}
          onChange={(event) => change({ startsOn: event.currentTarget.value })}
          error={errorAt('startsOn')}
        />
        <TextField
          id={id('turn')}
          label={t('A turn, in days')}
          type="number"
          min={1}
          max={366}
          className="num"
          value={Number.isNaN(layer.turnDays) ? '' : layer.turnDays}
          onChange={(event) => change({ turnDays: event.currentTarget.valueAsNumber })}
          error={errorAt('turnDays')}
        />
        <TextField
          id={id('handover')}
          label={t('Handed over at')}
          type="time"
          className="num"
          value={layer.handover}
          onChange={(event) => change({ handover: event.currentTarget.value })}
          error={errorAt('handover')}
        />
        <TimeZoneField
          id={id('zone')}
          label={t('By the clocks of')}
          value={layer.timeZone}
          onChange={(event) => change({ timeZone: event.currentTarget.value })}
          error={errorAt('timeZone')}
        />
      </div>
      <OnlyFields layer={layer} place={place} errors={errors} onChange={onChange} />
    </fieldset>
  )
}

interface PeopleFieldProps {
  people: readonly string[]
  place: number
  error: string | undefined
  onChange: (people: string[]) => void
}

function PeopleField({ people, place, error, onChange }: PeopleFieldProps) {
  const { data: members = [] } = useQuery(membersQuery)
  return (
    <div>
      <Chips
        label={t('People of layer {number}', { number: place + 1 })}
        chips={people.map((userId) => {
          const name = members.find((member) => member.userId === userId)?.username
          return { key: userId, text: name ?? t('somebody who left'), isGone: members.length > 0 && name === undefined }
        })}
        onRemove={(userId) => onChange(people.filter((other) => other !== userId))}
      >
        <select
          aria-label={t('Add somebody to layer {number}', { number: place + 1 })}
          aria-invalid={error ? true : undefined}
          value=""
          onChange={(event) => onChange([...people, event.currentTarget.value])}
          className={`${smallControl} max-w-48`}
        >
          <option value="">{t('Add…')}</option>
          {members
            .filter(({ userId }) => !people.includes(userId))
            .map(({ userId, username }) => (
              <option key={userId} value={userId}>
                {username}
              </option>
            ))}
        </select>
      </Chips>
      <Wrong>{error}</Wrong>
    </div>
  )
}

type OnlyFieldsProps = Omit<LayerFieldsProps, 'onRemove'>

/** The hours to which a layer is limited. */
function OnlyFields({ layer, place, errors, onChange }: OnlyFieldsProps) {
  const { only } = layer
  const change = (part: Partial<NonNullable<Layer['only']>>) =>
    only && onChange({ ...layer, only: { ...only, ...part } })
  const errorAt = (field: string) => errors[`layers.${place}.only${field}`]
  return (
    <>
      <label className="flex min-h-6 cursor-pointer items-center gap-2 text-13 pointer-coarse:min-h-11">
        <input
          type="checkbox"
          checked={only !== null}
          onChange={(event) =>
            onChange({
              ...layer,
              only: event.currentTarget.checked ? { days: [...weekdays], from: '18:00', to: '08:00' } : null,
            })
          }
          className="size-4 accent-fg"
        />
        {t('Only at some hours')}
      </label>
      {only && (
        <>
          <div className="grid max-w-72 grid-cols-2 gap-3">
            <TextField
              id={`layer-${place}-only-from`}
              label={t('From')}
              type="time"
              className="num"
              value={only.from}
              onChange={(event) => change({ from: event.currentTarget.value })}
              error={errorAt('.from') ?? errorAt('')}
            />
            <TextField
              id={`layer-${place}-only-to`}
              label={t('Until')}
              type="time"
              className="num"
              value={only.to}
              onChange={(event) => change({ to: event.currentTarget.value })}
              error={errorAt('.to')}
            />
          </div>
          <DaysField
            legend={t('Beginning on')}
            days={only.days}
            error={errorAt('.days') ? t('Choose at least one day.') : undefined}
            onChange={(days) => change({ days })}
          />
        </>
      )}
    </>
  )
}
