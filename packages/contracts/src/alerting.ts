import type { AlertChannel, AlertPolicy, Recipients } from '@repo/domain/alert-policy'
import type { OnCallOverride } from '@repo/domain/on-call'
import { alertRuleSchema, onCallLayersSchema, toAlertPolicy } from './alerts.ts'

/** All that decides who is told in a workspace. */
export interface Alerting {
  readonly policies: readonly AlertPolicy[]
  readonly recipients: Recipients
}

/** The same as it is stored: rules and layers are JSON columns. */
export interface AlertingColumns {
  readonly policies: readonly { readonly id: string; readonly rule: unknown }[]
  readonly channels: readonly AlertChannel[]
  readonly schedules: readonly {
    readonly id: string
    readonly layers: unknown
    readonly overrides: readonly OnCallOverride[]
  }[]
}

/** One that somebody has spoilt holds up no other: it is left out, and `complain` is called. */
export function readAlertingColumns(
  { policies, channels, schedules }: AlertingColumns,
  complain: (id: string, error: unknown) => void,
): Alerting {
  const readable = <Item extends { readonly id: string }, Read>(items: readonly Item[], read: (item: Item) => Read) =>
    items.flatMap((item) => {
      try {
        return [read(item)]
      } catch (error) {
        complain(item.id, error)
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
