import { type DestinationStream, destination, type Logger, pino } from 'pino'

export type Log = Logger

/**
 * One JSON line an event on standard error, so that standard output stays for people. Messages are constant texts;
 * what varies is a field. Errors are logged under `err`; secrets and bodies never are.
 */
export function createLog(service: string, level: string, to: DestinationStream = standardError()): Log {
  return pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: withoutExtras } },
    to,
  )
}

const standardError = () => destination({ dest: 2, sync: true })

/** Libraries hang on an error what it was about: the arguments of a command, the password of a sign-in among them. */
function withoutExtras(error: Error): Record<string, unknown> {
  const { type, message, stack, code } = pino.stdSerializers.err(error) ?? {}
  return { type, message, stack, code }
}
