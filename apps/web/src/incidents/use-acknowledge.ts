'use client'
import type { Incident, IncidentDetail, IncidentPage } from '@repo/contracts/incidents'
import { t } from '@repo/ui/words'
import { type InfiniteData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { acknowledge, incidentKeys } from '../api/incident-queries.ts'
import { sessionQuery } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'

type Seen = Pick<Incident, 'id' | 'acknowledged' | 'monitor'>

/** Acknowledges at once, and takes it back with the reason where the API refuses. Who was first stays the one. */
export function useAcknowledge(): (incident: Seen) => void {
  const client = useQueryClient()
  const { data: session } = useQuery(sessionQuery)
  const { mutate } = useMutation({
    mutationFn: ({ id }: Seen) => acknowledge(id),
    onMutate: ({ id }) => {
      const by = { id: session?.user.id ?? '', name: session?.user.username ?? '' }
      setAcknowledged(client, id, { at: new Date().toISOString(), by })
    },
    onSuccess: (answer, { id, monitor }) => {
      setAcknowledged(client, id, answer.acknowledged)
      const by = answer.acknowledged?.by
      const isOther = by && by.id !== session?.user.id
      notify(
        isOther
          ? t('{name} was first: it is theirs.', { name: by.name })
          : t('You look after the incident of {name}.', { name: monitor.name }),
      )
      void client.invalidateQueries({ queryKey: incidentKeys.all })
    },
    onError: (error, { id, acknowledged }) => {
      setAcknowledged(client, id, acknowledged)
      notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
      void client.invalidateQueries({ queryKey: incidentKeys.all })
    },
  })
  return mutate
}

function setAcknowledged(client: QueryClient, id: string, acknowledged: Incident['acknowledged']): void {
  const set = (incident: Incident) => (incident.id === id ? { ...incident, acknowledged } : incident)
  client.setQueryData<IncidentDetail>(incidentKeys.one(id), (incident) => incident && { ...incident, acknowledged })
  client.setQueriesData<InfiniteData<IncidentPage, string>>({ queryKey: incidentKeys.lists }, (data) => {
    if (!data) return data
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(set) })) }
  })
}
