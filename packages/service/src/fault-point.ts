/** Marks places where a process may die, by name, so that the worst instant can be tried and not only hoped for. */
export type FaultPoint = (name: string) => void

/** Ends this very process with SIGKILL when it passes the point of that name; without a name, nothing ever happens. */
export function createFaultPoint(fatalName: string | undefined): FaultPoint {
  if (!fatalName) return () => {}
  return (name) => {
    // A signal that one sends to oneself is delivered before the call returns: nothing after this line runs.
    if (name === fatalName) process.kill(process.pid, 'SIGKILL')
  }
}
