import { msg } from '@repo/ui/words'
import type { AlertsSection } from '../navigation.ts'

export const sectionNames: Record<AlertsSection, string> = {
  channels: msg('Channels'),
  policies: msg('Policies'),
  schedules: msg('Schedules'),
  log: msg('Log'),
}
