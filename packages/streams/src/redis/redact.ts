/**
 * The client hangs the arguments of a failed command on its error: passwords, and messages with whatever secrets they
 * hold. Whoever logs the error would log them.
 */
export function redact<Thrown>(error: Thrown): Thrown {
  if (!(error instanceof Error)) return error
  const { command } = error as Error & { command?: { args?: unknown[] } }
  if (command) delete command.args
  return error
}
