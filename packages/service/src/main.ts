import { hostname } from 'node:os'

/**
 * Runs a program to its end and exits: 0 when it ended as asked, 1 with one readable line on standard error when it
 * could not go on. Nobody is shown a stack trace; `LOG_LEVEL=debug` logs tell developers more.
 */
export async function runMain(main: () => Promise<void>): Promise<never> {
  try {
    await main()
    process.exit(0)
  } catch (error) {
    process.stderr.write(`betteruptime: ${oneLine(error)}\n`)
    process.exit(1)
  }
}

/** What went wrong in one line; a connection that was refused by every address has no message of its own. */
export function oneLine(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: readonly unknown[] }
  const text = message || (errors?.[0] ? oneLine(errors[0]) : undefined) || code || String(error)
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}

/** A name for this process that no other, living or dead, has. */
export function processName(): string {
  return `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`
}
