import type { AlertLinkJson } from '@repo/contracts/alert-links'

export interface ActWords {
  readonly title: string
  /** What happens when it is done, for whoever has to decide. */
  readonly consequence: string
  readonly verb: string
  readonly done: string
  readonly afterwards: string
  /** Why there is nothing to do. */
  readonly settled: string
}

/** What a link in a message is for, in words. */
export function actWords({ deed, monitorName, workspaceName, channelName, incidents }: AlertLinkJson): ActWords {
  const name = monitorName ?? (incidents === 1 ? 'one incident' : `${incidents} incidents`)
  switch (deed) {
    case 'acknowledge':
      return {
        title: `Acknowledge ${name}`,
        consequence: `You look after it: nobody else is told to. This concerns ${workspaceName}.`,
        verb: 'Acknowledge',
        done: 'Acknowledged',
        afterwards: `Everybody in ${workspaceName} sees that it is looked after. They are told when it is over.`,
        settled: 'It is over, or somebody looks after it already.',
      }
    case 'pause':
      return {
        title: `Pause ${name}`,
        consequence: `It is checked no more, and its incident ends, until somebody in ${workspaceName} resumes it.`,
        verb: 'Pause the monitor',
        done: 'Paused',
        afterwards: `${name} is checked no more until somebody resumes it.`,
        settled: 'It is paused already.',
      }
    case 'unsubscribe':
      return {
        title: 'End these mails',
        consequence: `The channel “${channelName}” of ${workspaceName} is paused: no alert goes to its address any more.`,
        verb: 'End the mails',
        done: 'The mails have ended',
        afterwards: `The channel “${channelName}” is paused. Whoever runs ${workspaceName} can resume it.`,
        settled: 'They have ended already.',
      }
  }
}
