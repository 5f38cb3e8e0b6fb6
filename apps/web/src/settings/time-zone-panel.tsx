'use client'
import { isAtLeast } from '@repo/domain/role'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query'
import { alertKeys } from '../api/alert-queries.ts'
import { setTimeZone, workspaceKeys } from '../api/workspace-queries.ts'
import type { WorkspaceDetail } from '../api/workspace-types.ts'
import { TimeZoneField } from '../form/time-zone-field.tsx'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { Reading } from './reading.tsx'

/** By whose clocks the week of the workspace begins, and with it the weekly mail. */
export function TimeZonePanel({ query }: { query: UseQueryResult<WorkspaceDetail> }) {
  return (
    <Panel title={t('Time zone')}>
      <Reading query={query}>
        {(workspace) =>
          isAtLeast(workspace.role, 'admin') ? (
            <ZoneForm key={workspace.timeZone} timeZone={workspace.timeZone} />
          ) : (
            <>
              <p className="num">{workspace.timeZone}</p>
              <p className="text-13 text-muted">{t('An admin or an owner can change it.')}</p>
            </>
          )
        }
      </Reading>
    </Panel>
  )
}

function ZoneForm({ timeZone }: { timeZone: string }) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: ['timeZone'],
    needed: { timeZone: t('A time zone is required.') },
    submit: async ({ timeZone: wanted = '' }) => {
      client.setQueryData(workspaceKeys.detail, await setTimeZone(wanted.trim()))
      notify(t('The time zone is saved.'))
      await client.invalidateQueries({ queryKey: alertKeys.digest })
    },
  })
  return (
    <form {...props} className="flex items-start gap-2">
      <div className="min-w-0 grow">
        <TimeZoneField
          id="workspace-zone"
          name="timeZone"
          label={t('By the clocks of')}
          defaultValue={timeZone}
          hint={t('Its week begins by them, and the weekly mail comes.')}
          error={errors.timeZone ?? errors.form}
        />
      </div>
      <Button type="submit" className="mt-6 h-9" disabled={isBusy}>
        {isBusy ? t('Saving…') : t('Save')}
      </Button>
    </form>
  )
}
