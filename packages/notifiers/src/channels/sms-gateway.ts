import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { shortMessage } from '../short-message.ts'

/** Any gateway that takes `{to, text, id}` as JSON. */
export function createSmsGateway(send: SendRequest): Channel<SettingsOf<'sms_gateway'>> {
  return httpChannel('sms_gateway', send, (alert, { url, to, token }) => ({
    url,
    headers: {
      'Idempotency-Key': alert.deliveryKey,
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: { to, text: shortMessage(alert), id: alert.deliveryKey },
    secrets: [token ?? ''],
  }))
}
