import type { AlertLinkJson } from '@repo/contracts/alert-links'
import { t } from '@repo/ui/words'

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
  const name = monitorName ?? t('{count, plural, =1 {one incident} other {# incidents}}', { count: incidents })
  switch (deed) {
    case 'acknowledge':
      return {
        title: t('Acknowledge {name}', { name }),
        consequence: t('You look after it: nobody else is told to. This concerns {workspace}.', {
          workspace: workspaceName,
        }),
        verb: t('Acknowledge'),
        done: t('Acknowledged'),
        afterwards: t('Everybody in {workspace} sees that it is looked after. They are told when it is over.', {
          workspace: workspaceName,
        }),
        settled: t('It is over, or somebody looks after it already.'),
      }
    case 'pause':
      return {
        title: t('Pause {name}', { name }),
        consequence: t('It is checked no more, and its incident ends, until somebody in {workspace} resumes it.', {
          workspace: workspaceName,
        }),
        verb: t('Pause the monitor'),
        done: t('Paused'),
        afterwards: t('{name} is checked no more until somebody resumes it.', { name }),
        settled: t('It is paused already.'),
      }
    case 'unsubscribe':
      return {
        title: t('End these mails'),
        consequence: t('The channel “{channel}” of {workspace} is paused: no alert goes to its address any more.', {
          channel: channelName,
          workspace: workspaceName,
        }),
        verb: t('End the mails'),
        done: t('The mails have ended'),
        afterwards: t('The channel “{channel}” is paused. Whoever runs {workspace} can resume it.', {
          channel: channelName,
          workspace: workspaceName,
        }),
        settled: t('They have ended already.'),
      }
  }
}
