'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Tick } from '@repo/contracts/ticks'
import { monitorLimits } from '@repo/domain/limits'
import { t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { checkMonitorNow, keys } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import { readTicksThrough } from './monitor-queries.ts'

/** When a look was asked for, and from where. */
type Asked = Awaited<ReturnType<typeof checkMonitorNow>>

export interface CheckNow {
  /** Undefined until somebody asks for a look, and once it is put away. */
  readonly asked: Asked | undefined
  /** What the regions said so far, each once. */
  readonly answers: ReadonlyMap<string, Tick>
  /** Until every region has answered, or will not any more. */
  readonly isBusy: boolean
  check(): void
  dismiss(): void
}

const ASK_AGAIN_MS = 2_000
/** A region that has not answered by then has missed its chance: it began too late, or its answer was lost. */
const PATIENCE_MS = monitorLimits.startWindowMs + monitorLimits.timeoutMs.max + 5_000

/** Has a monitor checked at once from all its regions, and follows what each of them says. `live` are its newest ticks. */
export function useCheckNow({ id, name }: Monitor, live: readonly Tick[]): CheckNow {
  const [asked, setAsked] = useState<Asked>()
  const { mutate, isPending } = useMutation({
    mutationFn: () => checkMonitorNow(id),
    onSuccess: (answer) => {
      setAsked(answer)
      const [region = '', ...others] = answer.regions
      notify(
        others.length === 0
          ? t('{name} is checked now from {region}.', { name, region })
          : t('{name} is checked now from {count} regions.', { name, count: answer.regions.length }),
      )
    },
    onError: (error) =>
      notify(t('{name} was not checked. {failure}', { name, failure: failureText(error) }), { failed: true }),
  })
  const { answers, isOver } = useAnswers(id, asked, live)
  return {
    asked,
    answers,
    isBusy: isPending || (asked !== undefined && !isOver),
    check: mutate,
    dismiss: () => setAsked(undefined),
  }
}

function useAnswers(id: string, asked: Asked | undefined, live: readonly Tick[]) {
  const client = useQueryClient()
  const isLate = useIsLate(asked)
  const scheduledAt = asked?.scheduledAt
  const { data, refetch } = useQuery({
    queryKey: ['monitors', 'now', id, scheduledAt],
    queryFn: async () => ofInstant((await readTicksThrough(id, Date.parse(scheduledAt ?? ''))).items, scheduledAt),
    enabled: asked !== undefined,
    refetchInterval: ({ state }) => !isLate && (state.data?.length ?? 0) < (asked?.regions.length ?? 0) && ASK_AGAIN_MS,
  })
  const pushed = ofInstant(live, scheduledAt).length
  useEffect(() => {
    if (pushed > 0) void refetch()
  }, [pushed, refetch])
  const answers = useMemo(() => new Map((data ?? []).map((tick) => [tick.region, tick])), [data])
  // The chart reaches up to the answers: they are points on it.
  useEffect(() => {
    if (answers.size > 0) void client.invalidateQueries({ queryKey: keys.allSeries(id) })
  }, [client, id, answers])
  return { answers, isOver: isLate || answers.size >= (asked?.regions.length ?? 0) }
}

function ofInstant(ticks: readonly Tick[], scheduledAt: string | undefined): readonly Tick[] {
  return ticks.filter((tick) => tick.scheduledAt === scheduledAt)
}

function useIsLate(asked: Asked | undefined): boolean {
  const [late, setLate] = useState<Asked>()
  useEffect(() => {
    if (!asked) return
    const timer = setTimeout(() => setLate(asked), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [asked])
  return asked !== undefined && late === asked
}
