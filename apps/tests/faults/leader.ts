import type { Rig, RunningProgram } from '../src/fault-rig.ts'

/** The publisher whose last word on the matter was that it leads; the newest of them where one was frozen and does not know. */
export function leaderOf(rig: Rig): RunningProgram {
  const leaders = rig.alive('publisher').filter(({ program }) => {
    const words = program.said().match(/"msg":"(leading|standing by)"/g)
    return words?.at(-1)?.includes('leading')
  })
  const [leader] = leaders
  if (!leader || leaders.length > 1) throw new Error(`${leaders.length} publishers say that they lead`)
  return leader
}
