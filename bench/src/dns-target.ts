/**
 * A small name server: any name has one address of each family, for a day. It counts the questions about IPv4 that it has
 * answered; the count is asked for over HTTP at the second port that it prints, the first one is where it is asked.
 */
const HEADER_BYTES = 12
const QUESTION_END_BYTES = 5
const IPV4 = 1
const ANSWER_FLAGS = 0x8180
const TTL_SECONDS = 86_400

const answersByType = new Map([
  [IPV4, answer(IPV4, [192, 0, 2, 1])],
  [28, answer(28, [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])],
])
let answered = 0

const server = await Bun.udpSocket({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    data(socket, query, port, address) {
      const questionEnd = query.indexOf(0, HEADER_BYTES) + QUESTION_END_BYTES
      const type = query.readUInt16BE(questionEnd - 4)
      const record = answersByType.get(type)
      if (!record) return
      if (type === IPV4) answered += 1
      const message = Buffer.concat([query.subarray(0, questionEnd), record])
      message.writeUInt16BE(ANSWER_FLAGS, 2)
      message.writeUInt16BE(1, 6)
      message.writeUInt16BE(0, 10)
      socket.send(message, port, address)
    },
  },
})
const counter = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(String(answered)) })

/** A record of the name in the question, by a pointer to it. */
function answer(type: number, data: readonly number[]): Buffer {
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data])
  record.writeUInt32BE(TTL_SECONDS, 6)
  return record
}

console.log(`${server.port} ${counter.port}`)

export {}
