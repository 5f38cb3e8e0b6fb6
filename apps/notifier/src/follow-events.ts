import type { EventIncident, StoredStory, TakenEvent } from '@repo/db/queries/alert-stories'
import type { StoryEvent } from '@repo/domain/alert-plan'

/** What became of the stories by what happened. */
export interface Followed {
  /** Of which something happened, by their ids. */
  readonly stories: ReadonlyMap<string, StoredStory>
  /** Storms that began: what was to be told of their members by themselves is told of them. */
  readonly storms: readonly string[]
  /** Storms of which a member ended: they are over when all are. */
  readonly waning: ReadonlySet<string>
  /** Stories whose outage is told of with others: they escalate no further. */
  readonly members: ReadonlySet<string>
}

/** An outage that grows better and worse all the time is told no more often than this. */
const mostEvents = 500

/** The ids under which the stories of these events are known, where they are. */
export function storyIdsOf(events: readonly TakenEvent[]): string[] {
  return events.flatMap(({ body, incident }) =>
    [incident?.id, incident?.stormId, body.stormId, body.outageId].filter((id) => typeof id === 'string'),
  )
}

/** Gathers what happened into stories: those that are known go on, the others begin. */
export function followEvents(
  events: readonly TakenEvent[],
  known: ReadonlyMap<string, StoredStory>,
  nowMs: number,
): Followed {
  const stories = new Map<string, StoredStory>()
  const storms: string[] = []
  const waning = new Set<string>()
  const members = new Set<string>()
  const find = (id: string) => stories.get(id) ?? known.get(id)
  for (const event of events) {
    const next = follow(event, { find, nowMs })
    if (next) stories.set(next.id, next)
    const { incident, body } = event
    if (event.event === 'storm' && typeof body.stormId === 'string') storms.push(body.stormId)
    if (incident?.stormId != null && event.event === 'resolved') waning.add(incident.stormId)
    if (incident?.stormId != null && next?.incidentId === incident.id) members.add(incident.id)
  }
  return { stories, storms, waning, members }
}

/** Ends the story of a storm, where it is not over. */
export function endStorm(story: StoredStory, nowMs: number): StoredStory | undefined {
  return isOpen(story) ? withEvent(story, { kind: 'resolved' }, nowMs) : undefined
}

interface Means {
  readonly find: (id: string) => StoredStory | undefined
  readonly nowMs: number
}

function follow({ event, incident, ...taken }: TakenEvent, { find, nowMs }: Means): StoredStory | undefined {
  const { workspaceId, monitorKey, body } = taken
  const begun = {
    workspaceId,
    incidentId: null,
    stormId: null,
    groupOutageId: null,
    monitorKey: null,
    body: {},
    plannedThroughMs: nowMs - 1,
  }
  if (event === 'advisory' || event === 'warning') {
    const events: StoryEvent[] = [{ kind: 'news', topic: event, atMs: nowMs }]
    return { ...begun, id: crypto.randomUUID(), monitorKey, body, events }
  }
  if (event === 'storm') {
    const stormId = String(body.stormId)
    return find(stormId)
      ? undefined
      : { ...begun, id: stormId, stormId, events: [{ kind: 'opened', severity: 'down', atMs: nowMs }] }
  }
  if (event === 'group_down' || event === 'group_up') {
    const id = String(body.outageId)
    const story = find(id)
    if (event === 'group_up') return story && isOpen(story) ? withEvent(story, { kind: 'resolved' }, nowMs) : undefined
    return story
      ? undefined
      : { ...begun, id, groupOutageId: id, events: [{ kind: 'opened', severity: 'down', atMs: nowMs }] }
  }
  if (!incident) return undefined
  const story = find(incident.id)
  if (!story)
    return event === 'opened' || event === 'reopened' ? beginning({ ...begun, events: [] }, incident, nowMs) : undefined
  return goOn(story, { event, incident, nowMs })
}

function beginning(begun: Omit<StoredStory, 'id'>, { id, severity }: EventIncident, nowMs: number): StoredStory {
  return { ...begun, id, incidentId: id, events: [{ kind: 'opened', severity, atMs: nowMs }] }
}

function goOn(
  story: StoredStory,
  { event, incident, nowMs }: { event: TakenEvent['event']; incident: EventIncident; nowMs: number },
): StoredStory | undefined {
  const { severity } = incident
  if (event === 'resolved') return isOpen(story) ? withEvent(story, { kind: 'resolved' }, nowMs) : undefined
  if (event === 'changed')
    return isOpen(story) && story.events.length < mostEvents
      ? withEvent(story, { kind: 'changed', severity }, nowMs)
      : undefined
  // What was silent and is told late has had its story before, where it was told already.
  return isOpen(story) ? undefined : withEvent(story, { kind: 'reopened', severity }, nowMs)
}

/** Whatever was planned already stays as it is: what happens, happens after it. */
function withEvent(story: StoredStory, event: Happened, nowMs: number): StoredStory {
  const atMs = Math.max(nowMs, story.plannedThroughMs + 1)
  return { ...story, events: [...story.events, { ...event, atMs }] }
}

type WithoutInstant<Event> = Event extends unknown ? Omit<Event, 'atMs'> : never
type Happened = WithoutInstant<StoryEvent>

function isOpen({ events }: StoredStory): boolean {
  return events.at(-1)?.kind !== 'resolved'
}
