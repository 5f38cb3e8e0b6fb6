import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type Prepared, type SendRequest } from '../http-channel.ts'
import { glyphs, type Message, messageOf, type Tone } from '../message.ts'

const colours: Record<Tone, string> = { bad: 'Attention', warning: 'Warning', good: 'Good', neutral: 'Accent' }

/** Workflows of Microsoft Teams, which take adaptive cards: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/ */
export function createTeams(send: SendRequest): Channel<SettingsOf<'teams'>> {
  return httpChannel('teams', send, (alert, { url }) => teamsHook(url, messageOf(alert)))
}

/** Posts a message to a workflow that takes adaptive cards. */
export function teamsHook(url: string, { subject, lines, facts, links, tone }: Message): Prepared {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      textBlock(`${glyphs[tone]} ${subject}`, { weight: 'Bolder', size: 'Medium', color: colours[tone] }),
      ...lines.map((line) => textBlock(line)),
      { type: 'FactSet', facts: facts.map(({ name, value }) => ({ title: name, value: escaped(value) })) },
    ],
    actions: links.map(({ label, url: to }) => ({ type: 'Action.OpenUrl', title: label, url: to })),
  }
  return {
    url,
    body: {
      type: 'message',
      summary: subject,
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
    },
    secrets: [],
  }
}

function textBlock(text: string, more: object = {}) {
  return { type: 'TextBlock', text: escaped(text), wrap: true, ...more }
}

/** A text block reads some Markdown: links, emphasis, lists. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\*_[\]()#`~>-]/g, '\\$&')
}
