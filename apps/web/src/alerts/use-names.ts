'use client'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { groupsQuery, policiesQuery, schedulesQuery } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { sessionQuery } from '../api/queries.ts'
import { membersQuery } from '../api/workspace-queries.ts'

/** What things are called, by their ids; undefined for what is gone, or not read yet. */
export interface Names {
  channel(id: string): string | undefined
  person(id: string): string | undefined
  schedule(id: string): string | undefined
  group(id: string): string | undefined
}

export function useNames(): Names {
  const { data: channels } = useQuery(channelsQuery)
  const { data: members } = useQuery(membersQuery)
  const { data: schedules } = useQuery(schedulesQuery)
  const { data: groups } = useQuery(groupsQuery)
  return useMemo(
    () => ({
      channel: lookUp(channels, ({ id }) => id),
      schedule: lookUp(schedules, ({ id }) => id),
      group: lookUp(groups, ({ id }) => id),
      person: lookUp(
        members?.map(({ userId, username }) => ({ userId, name: username })),
        ({ userId }) => userId,
      ),
    }),
    [channels, members, schedules, groups],
  )
}

function lookUp<Thing extends { name: string }>(things: readonly Thing[] | undefined, idOf: (thing: Thing) => string) {
  const names = new Map(things?.map((thing) => [idOf(thing), thing.name]))
  return (id: string) => names.get(id)
}

/** The one that tells everybody: what a new workspace has. */
export function useEveryonePolicy() {
  const { data: policies } = useQuery(policiesQuery)
  return policies?.find(({ rule }) => rule.steps.some(({ targets }) => targets.some(({ kind }) => kind === 'everyone')))
}

/** The id of whoever looks. */
export function useMyId(): string | undefined {
  return useQuery(sessionQuery).data?.user.id
}
