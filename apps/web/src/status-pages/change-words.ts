import type { PageChange } from '@repo/contracts/page-changes'
import { msg, t } from '@repo/ui/words'

/** What a part of a page is called. */
const fieldNames: Readonly<Record<string, string>> = {
  slug: msg('Address'),
  title: msg('Title'),
  description: msg('Description'),
  theme: msg('Look'),
  language: msg('Language'),
  timeZone: msg('Time zone'),
  homepage: msg('Website'),
  contact: msg('Contact'),
  isListed: msg('Search engines'),
  access: msg('Who may see it'),
  publishRule: msg('Incidents'),
  isFolded: msg('Folded'),
  source: msg('What it is judged by'),
  showsUptime: msg('Uptime'),
  showsChart: msg('Response times'),
}

/** What publishing would change, in a sentence. */
export function changeText(change: PageChange): string {
  switch (change.kind) {
    case 'setting_changed':
      return t('{field} changes.', { field: nameOf(change.field) })
    case 'section_added':
      return t('The section {name} is new.', { name: change.name || '–' })
    case 'section_removed':
      return t('The section {name} goes.', { name: change.name || '–' })
    case 'section_renamed':
      return t('The section {before} is called {name}.', { before: change.before || '–', name: change.name || '–' })
    case 'section_moved':
      return t('The section {name} stands elsewhere.', { name: change.name || '–' })
    case 'section_changed':
      return t('{field} of the section {name} changes.', { field: nameOf(change.field), name: change.name || '–' })
    case 'component_added':
      return t('{name} is new.', { name: change.name })
    case 'component_removed':
      return t('{name} goes, and with it its history on the page.', { name: change.name })
    case 'component_renamed':
      return t('{before} is called {name}.', { before: change.before, name: change.name })
    case 'component_moved':
      return t('{name} stands elsewhere.', { name: change.name })
    case 'component_changed':
      return t('{field} of {name} changes.', { field: nameOf(change.field), name: change.name })
  }
}

function nameOf(field: string): string {
  const name = fieldNames[field]
  return name === undefined ? field : t(name)
}
