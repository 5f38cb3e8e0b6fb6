import { expect, test } from 'bun:test'
import { placeholders } from '@repo/contracts/alert-template'
import { alertEvents } from '../src/alert.ts'
import { createChannels } from '../src/registry.ts'

const page = await Bun.file(new URL('../../../docs/channels.md', import.meta.url)).text()

test('every channel has its section, and no other has one', () => {
  const channels = createChannels({ send: () => Promise.reject(new Error('nobody is asked')), mailer: undefined })
  const sections = [...page.matchAll(/^## `(\w+)`$/gm)].map(([, kind]) => kind)
  expect(sections.sort()).toEqual([...channels.keys()].sort())
})

test('every event and every placeholder is told of', () => {
  for (const event of alertEvents) expect(page).toContain(`\`${event}\``)
  for (const name of placeholders) expect(page).toContain(`\`{{${name}}}\``)
})
