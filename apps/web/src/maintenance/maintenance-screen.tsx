'use client'
import { usePageName } from '../shell/page-name.ts'

export function MaintenanceScreen() {
  usePageName('Maintenance')
  return <h1 className="text-28 font-bold tracking-[-0.02em]">Maintenance</h1>
}
