import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, jsonOf, type SendRequest } from '../http-channel.ts'
import { glyphs, messageOf, plainText, shortened } from '../message.ts'
import { escaped } from './telegram.ts'

/** https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid: the transaction makes it once. */
export function createMatrix(send: SendRequest): Channel<SettingsOf<'matrix'>> {
  return httpChannel('matrix', send, (alert, { server, accessToken, roomId }) => {
    const message = messageOf(alert)
    const { subject, lines, facts, links, tone } = message
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].map(escaped)
    const ways = links.map(
      ({ label, url }) => `<a href="${escaped(url).replaceAll('"', '&quot;')}">${escaped(label)}</a>`,
    )
    const room = encodeURIComponent(roomId)
    return {
      method: 'PUT',
      url: `${server}/_matrix/client/v3/rooms/${room}/send/m.room.message/${encodeURIComponent(alert.deliveryKey)}`,
      headers: { Authorization: `Bearer ${accessToken}` },
      body: {
        msgtype: 'm.text',
        body: shortened(`${glyphs[tone]} ${plainText(message)}`, 8_000),
        format: 'org.matrix.custom.html',
        formatted_body: [`<b>${escaped(`${glyphs[tone]} ${subject}`)}</b>`, ...told, ...ways].join('<br>'),
        'm.mentions': {},
      },
      secrets: [accessToken],
      judge(answer) {
        const { errcode, retry_after_ms: afterMs } = jsonOf(answer)
        if (errcode !== 'M_LIMIT_EXCEEDED') return undefined
        return { kind: 'retry', reason: 'answered M_LIMIT_EXCEEDED', ...(typeof afterMs === 'number' && { afterMs }) }
      },
    }
  })
}
