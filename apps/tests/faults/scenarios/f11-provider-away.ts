import type { HeardMessage } from '../../src/alert-receiver.ts'
import { eventually } from '../../src/eventually.ts'
import { untilAllIsTold } from '../../src/fault-alerts.ts'
import { launchPipeline, type Scenario, type Stage } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

const [away, well] = ['hook-0', 'hook-1']
/** Longer than the pause after the attempts that were made until then: all that waits is due when it is over. */
const leftAloneSeconds = 30
/** So many of a channel are taken at once, and come in any order. */
const atOnce = 4
const toldWithinMs = 12_000

export const providerAway: Scenario = {
  id: 'F11',
  title: 'a provider answers 500, then nothing, then wants to be left alone for half a minute',
  mustHold:
    'it is left alone, loses nothing, hears the newest first, and of what is over that it was; the other channel notices nothing',
  rig: {
    // Never three at once, or they would be a storm and told together.
    kinds: Array.from({ length: 12 }, (_, target) => (target < 2 ? ('flapping' as const) : ('healthy' as const))),
    flipMs: 8_000,
    tellAfterSeconds: [0, 0],
  },
  launch(rig) {
    launchPipeline(rig)
    // One alone, for each takes so many at once that nothing could be said of the order.
    rig.start('notifier')
  },
  async harm(stage) {
    const { rig, began, ended, pass, scale } = stage
    const { receiver } = rig
    if (!receiver) throw new Error('there is nobody to tell')
    began()
    const fromMs = Date.now()
    receiver.answer(away, { kind: 'refuse', status: 500 })
    await pass(8_000 * scale)
    receiver.answer(away, { kind: 'hang' })
    await pass(8_000 * scale)
    const refusesFromMs = Date.now()
    receiver.answer(away, { kind: 'refuse', status: 429, retryAfterSeconds: leftAloneSeconds })
    const askedAtMs = await eventually(
      'it was asked once more',
      () => heardBy(stage, away, refusesFromMs)[0]?.atMs,
      60_000,
    )
    await eventually('it said that it wants to be left alone', () => isHeld(stage), 30_000)
    const heldFromMs = Date.now()
    receiver.answer(away, { kind: 'accept' })
    ended()
    await pass((leftAloneSeconds + 2) * 1_000)
    await untilAllIsTold(rig, 60_000)
    const heldUntilMs = askedAtMs + leftAloneSeconds * 1_000
    return [
      ...(await orderOf(stage, { heldFromMs, heldUntilMs })),
      ...(await latenessOf(stage, fromMs)),
      ...collapsed(heardBy(stage, away, heldFromMs)),
    ]
  },
  twin: {
    // What was planned is said, however things stand.
    sabotages: [
      {
        file: 'packages/domain/src/delivery.ts',
        find: "return wasDown ? { kind: 'say', event: 'was_down' } : superseded",
        replace: 'return asPlanned',
      },
    ],
    complaints: ['I6b', 'own'],
  },
}

function heardBy({ rig }: Stage, channel: string, fromMs: number): HeardMessage[] {
  return rig.receiver?.heard.filter((one) => one.channel === channel && one.atMs >= fromMs) ?? []
}

async function isHeld({ rig }: Stage): Promise<boolean> {
  const rows = await runSql(rig, `select from channel where name = '${away}' and held_until > now()`)
  return rows.length > 0
}

/** While it wants to be left alone it is; then what waited comes, the newest before the oldest. */
async function orderOf(
  stage: Stage,
  { heldFromMs, heldUntilMs }: { heldFromMs: number; heldUntilMs: number },
): Promise<string[]> {
  const heard = heardBy(stage, away, heldFromMs)
  const meanwhile = heard.filter(({ atMs }) => atMs > heldFromMs + 500 && atMs < heldUntilMs)
  const rows = await runSql(
    stage.rig,
    `select d.id from delivery d join channel c on c.id = d.channel_id
      where c.name = '${away}' and d.part = 'opening' and d.due_at < to_timestamp(${heldUntilMs / 1_000}) order by d.due_at`,
  )
  const places = rows
    .map(({ id }) =>
      heard.findIndex(({ deliveryKey, atMs }) => deliveryKey.startsWith(String(id)) && atMs >= heldUntilMs),
    )
    .filter((place) => place >= 0)
  const [oldest = 0, newest = 0] = [places[0], places.at(-1)]
  stage.note(
    `${places.length} beginnings waited; the newest was heard as number ${newest + 1}, the oldest as ${oldest + 1}`,
  )
  return [
    ...(meanwhile.length > 0 ? [`it was asked ${meanwhile.length} times while it wanted to be left alone`] : []),
    ...(places.length > atOnce ? [] : ['too little waited to say what came first']),
    ...(newest < oldest ? [] : ['the oldest was heard before the newest']),
  ]
}

async function latenessOf({ rig, note }: Stage, fromMs: number): Promise<string[]> {
  const [row] = await runSql(
    rig,
    `select max(extract(epoch from d.done_at - i.opened_at))::float8 * 1000 as ms
      from delivery d join channel c on c.id = d.channel_id join incident i on i.id = d.story_id
      where c.name = '${well}' and d.part = 'opening' and i.opened_at > to_timestamp(${fromMs / 1_000})`,
  )
  const latestMs = Number(row?.ms)
  note(`the other channel was told after ${Math.round(latestMs)} ms at most`)
  return latestMs < toldWithinMs ? [] : [`the other channel was told after ${Math.round(latestMs)} ms`]
}

/** Of what began and ended meanwhile it hears that it was, and not that it is over. */
function collapsed(heard: readonly HeardMessage[]): string[] {
  const over = heard.filter(({ event, isAccepted }) => event === 'was_down' && isAccepted)
  const again = heard.filter(
    ({ event, dedupKey }) => event === 'recovered' && over.some((one) => one.dedupKey === dedupKey),
  )
  return [
    ...(over.length > 0 ? [] : ['nothing was told to have been down']),
    ...(again.length > 0 ? [`${again.length} outages were told to be over twice`] : []),
  ]
}
