'use client'
import { usePageName } from '../shell/page-name.ts'

export function IncidentsScreen() {
  usePageName('Incidents')
  return <h1 className="text-28 font-bold tracking-[-0.02em]">Incidents</h1>
}
