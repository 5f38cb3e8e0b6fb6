'use client'
import type { AlertsSection } from '../navigation.ts'
import { usePageName } from '../shell/page-name.ts'

export function AlertsScreen({ section }: { section: AlertsSection }) {
  usePageName('Alerts')
  return <h1 className="text-28 font-bold tracking-[-0.02em]">Alerts {section}</h1>
}
