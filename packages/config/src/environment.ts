import { readFileSync } from 'node:fs'
import { z } from 'zod'

export type Environment = Record<string, string | undefined>

/** The configuration cannot be used; its message is one line that says which variable and why. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads a configuration from the environment. An empty variable counts as missing; a value may come from the file that
 * `NAME_FILE` points to.
 *
 * @throws ConfigError naming every variable that is missing or wrong.
 */
export function readEnvironment<Shape extends z.ZodRawShape>(
  env: Environment,
  shape: Shape,
): Readonly<z.output<z.ZodObject<Shape>>> {
  const given = Object.fromEntries(Object.keys(shape).map((name) => [name, givenValue(env, name)]))
  const parsed = z.object(shape).safeParse(given)
  if (parsed.success) return Object.freeze(parsed.data) as Readonly<z.output<z.ZodObject<Shape>>>
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return `${name}: ${given[name] === undefined ? 'is not set' : message}`
  })
  throw new ConfigError(problems.join('; '))
}

function givenValue(env: Environment, name: string): string | undefined {
  const path = env[`${name}_FILE`]
  if (!path) return env[name] || undefined
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: cannot read ${path}`, { cause })
  }
}

/** A comma-separated list; blanks around and between items do not count. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

export const port = z.coerce.number().int().min(0).max(65_535)
export const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
export const postgresUrl = url(/^postgres(ql)?:\/\//, 'must start with postgresql://')
export const redisUrl = url(
  /^rediss?(\+sentinel)?:\/\//,
  'must start with redis://, rediss://, redis+sentinel:// or rediss+sentinel://',
)
export const secret = z.string().min(32, 'must have at least 32 characters')

/** The complaints name no part of the URL, for it holds a password. */
function url(scheme: RegExp, complaint: string) {
  return (
    z
      .string()
      .regex(scheme, { error: complaint, abort: true })
      // Several hosts, as Sentinels have them, make no URL for a parser of URLs; whoever connects reads them.
      .refine(
        (text) => /^\w+\+sentinel:/.test(text) || URL.canParse(text),
        'is not a valid URL: signs like # / @ in a password are percent-encoded',
      )
  )
}
