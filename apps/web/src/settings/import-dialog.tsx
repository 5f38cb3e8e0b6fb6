'use client'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { carryOutImport, type Import, type ImportAnswer } from '../api/transfer-queries.ts'
import { notify } from '../shell/notices.tsx'
import { FormEnd } from './form-end.tsx'

/** What a file would add, before it does. */
export function ImportDialog({ plan, onClose }: { plan: Import; onClose: () => void }) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => carryOutImport(plan),
    onSuccess: async ({ created }) => {
      notify(t('{count, plural, one {# monitor is} other {# monitors are}} imported.', { count: created }))
      onClose()
      await client.invalidateQueries()
    },
  })
  const { outlook } = plan
  const adds = outlook.created + outlook.groups + outlook.maintenance > 0
  return (
    <Dialog title={t('Import this file?')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (adds && !isPending) mutate()
        }}
      >
        <ul aria-label={t('What is added')} className="list-disc pl-5">
          {linesOf(outlook).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {outlook.incomplete.length > 0 && (
          <p className="text-muted [overflow-wrap:anywhere]">
            {t('Paused until their secrets are set, which are not in the file: {list}', {
              list: outlook.incomplete.map(({ name }) => name).join(', '),
            })}
          </p>
        )}
        <FormEnd
          failure={error ? failureText(error) : undefined}
          isBusy={isPending}
          verb={[t('Import'), t('Importing…')]}
          isReady={adds}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

function linesOf({ created, skipped, groups, maintenance }: ImportAnswer): readonly string[] {
  return [
    t('{count, plural, one {# monitor} other {# monitors}}', { count: created }),
    ...(groups > 0 ? [t('{count, plural, one {# group} other {# groups}}', { count: groups })] : []),
    ...(maintenance > 0
      ? [t('{count, plural, one {# maintenance window} other {# maintenance windows}}', { count: maintenance })]
      : []),
    ...(skipped > 0
      ? [
          t('{count, plural, one {# monitor is here already and stays} other {# monitors are here already and stay}}', {
            count: skipped,
          }),
        ]
      : []),
  ]
}
