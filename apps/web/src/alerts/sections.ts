import type { AlertsSection } from '../navigation.ts'

export const sectionNames: Record<AlertsSection, string> = {
  channels: 'Channels',
  policies: 'Policies',
  schedules: 'Schedules',
  log: 'Log',
}
