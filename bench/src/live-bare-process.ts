import { makeTickEvent } from './live-event.ts'
import { watcherOf, workspacesOf } from './live-watchers.ts'

/** The least that could do it: topics of `Bun.serve`, told by a timer of its own. Prints its port; tells on `tell <rounds> <everyMs> <watchers>`. */
const server = Bun.serve<{ topic: string }>({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, own) {
    const topic = watcherOf(Number(request.headers.get('authorization'))).workspaceId
    return own.upgrade(request, { data: { topic } }) ? undefined : new Response('', { status: 426 })
  },
  websocket: {
    backpressureLimit: 1_048_576,
    idleTimeout: 120,
    open(socket) {
      socket.send('{"type":"hello"}')
      socket.subscribe(socket.data.topic)
    },
    message() {},
  },
})
console.log(server.port)
for await (const line of console) {
  const [, rounds = 0, everyMs = 0, watchers = 0] = line.split(' ').map(Number)
  for (let round = 0; round < rounds; round += 1) {
    for (const topic of workspacesOf(watchers))
      server.publish(topic, JSON.stringify({ id: `bare-${round}`, ...makeTickEvent() }))
    await Bun.sleep(everyMs)
  }
  console.log('told')
}
