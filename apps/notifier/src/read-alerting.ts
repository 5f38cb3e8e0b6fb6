import { alertRuleSchema, onCallLayersSchema, toAlertPolicy } from '@repo/contracts/alerts'
import type { StoredAlerting } from '@repo/db/queries/alerting'
import type { AlertPolicy, Recipients } from '@repo/domain/alert-policy'
import type { Log } from '@repo/service/log'

/** All that decides who is told in a workspace. */
export interface Alerting {
  readonly policies: readonly AlertPolicy[]
  readonly recipients: Recipients
}

/** One that somebody has spoilt holds up no other: it is left out, and said in the log. */
export function readStoredAlerting({ policies, channels, schedules }: StoredAlerting, log: Log): Alerting {
  const readable = <Item extends { readonly id: string }, Read>(items: readonly Item[], read: (item: Item) => Read) =>
    items.flatMap((item) => {
      try {
        return [read(item)]
      } catch (err) {
        log.error({ err, id: item.id }, 'an alert policy or a schedule cannot be read')
        return []
      }
    })
  return {
    policies: readable(policies, ({ id, rule }) => toAlertPolicy(id, alertRuleSchema.parse(rule))),
    recipients: {
      channels,
      schedules: readable(schedules, ({ id, layers, overrides }) => ({
        ...{ id, overrides },
        layers: onCallLayersSchema.parse(layers),
      })),
    },
  }
}
