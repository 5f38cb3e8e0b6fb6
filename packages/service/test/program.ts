import { runAll, terminationSignal } from '../src/lifecycle.ts'
import { runMain } from '../src/main.ts'

/** A program as the roles are: `obeys` ends when it is told to, `stays` does not, `breaks` cannot start. */
const way = process.argv[2]
await runMain(async () => {
  if (way === 'breaks') throw new Error('cannot listen:\n  the port is taken')
  const signal = terminationSignal()
  process.stdout.write('running\n')
  await runAll(
    { work: (told) => (way === 'stays' ? new Promise(() => setInterval(() => {}, 1_000)) : until(told)) },
    signal,
  )
})

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 1_000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve()
    })
  })
}
