'use client'
import type { IncidentDetail } from '@repo/contracts/incidents'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { incidentKeys } from '../api/incident-queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'

/** Does something with an incident, shows it as it is then, and says so; what is refused is said with its reason. */
export function useChange(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ act }: { act: () => Promise<IncidentDetail>; done: string }) => act(),
    onSuccess: (incident, { done }) => {
      client.setQueryData(incidentKeys.one(id), incident)
      void client.invalidateQueries({ queryKey: incidentKeys.all })
      notify(done)
    },
    onError: (error) => {
      notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
      void client.invalidateQueries({ queryKey: incidentKeys.one(id) })
    },
  })
}
