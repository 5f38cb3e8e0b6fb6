import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, jsonOf, type SendRequest } from '../http-channel.ts'
import { shortMessage } from '../short-message.ts'

/** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
export function createTwilio(send: SendRequest): Channel<SettingsOf<'twilio'>> {
  return httpChannel('twilio', send, (alert, { accountSid, authToken, from, to, server }) => ({
    url: `${server}/2010-04-01/Accounts/${accountSid}/Messages.json`,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    },
    body: new URLSearchParams({ From: from, To: to, Body: shortMessage(alert) }).toString(),
    secrets: [authToken],
    judge(answer) {
      const { message, code } = jsonOf(answer)
      if (typeof message !== 'string') return undefined
      return { kind: 'refused', reason: `answered ${answer.status}: ${message} (${code})` }
    },
  }))
}
