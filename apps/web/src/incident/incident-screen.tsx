'use client'
import { usePageName } from '../shell/page-name.ts'

export function IncidentScreen({ id }: { id: string }) {
  usePageName('Incident')
  return <h1 className="text-28 font-bold tracking-[-0.02em]">Incident {id}</h1>
}
