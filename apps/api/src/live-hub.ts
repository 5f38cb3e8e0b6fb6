import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import { isoTime } from '@repo/contracts/ticks'
import type { Person } from '@repo/db/queries/users'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Server, ServerWebSocket } from 'bun'
import { getPerson, type SessionDeps } from './sessions.ts'

export interface Watcher {
  readonly person: Person
}

const workspaceTopic = (workspaceId: string) => `workspace:${workspaceId}`

/** The sockets of `/api/v1/live`: each hears what happens in the workspace of its person, and nothing else. */
export function createLiveHub(deps: SessionDeps, onWatched: () => void) {
  const sockets = new Map<WorkspaceId, number>()
  let lastId = 0
  const frame = (event: LiveEvent | { type: 'hello'; at: string }) => {
    lastId += 1
    return JSON.stringify({ id: lastId, ...event })
  }

  function count(workspaceId: WorkspaceId, change: 1 | -1): void {
    const now = (sockets.get(workspaceId) ?? 0) + change
    if (now > 0) sockets.set(workspaceId, now)
    else sockets.delete(workspaceId)
    if (change === 1 && now === 1) onWatched()
  }

  return {
    /** The workspaces that somebody is looking at; `onWatched` is called when one joins them. */
    watched: (): WorkspaceId[] => [...sockets.keys()],

    /** Turns a request into a socket. @throws AppError where nobody is signed in or the page is foreign. */
    async upgrade(server: Server<Watcher>, request: Request): Promise<boolean> {
      return server.upgrade(request, { data: { person: await getPerson(deps, request) } })
    },

    announce(server: Server<Watcher>, { workspaceId, events }: LiveBatch): void {
      const topic = workspaceTopic(workspaceId)
      if (server.subscriberCount(topic) === 0) return
      for (const event of events) server.publish(topic, frame(event))
    },

    websocket: {
      // A reader that does not keep up is cut off; it reads anew when it comes back.
      backpressureLimit: 1_048_576,
      closeOnBackpressureLimit: true,
      maxPayloadLength: 4_096,
      idleTimeout: 60,
      open(socket: ServerWebSocket<Watcher>) {
        socket.subscribe(workspaceTopic(socket.data.person.workspaceId))
        count(socket.data.person.workspaceId, 1)
        socket.send(frame({ type: 'hello', at: isoTime(deps.clock.nowMs()) }))
      },
      message() {},
      close(socket: ServerWebSocket<Watcher>) {
        count(socket.data.person.workspaceId, -1)
      },
    },
  }
}
