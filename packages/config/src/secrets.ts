import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from './environment.ts'

const secretsSchema = z.object({ instanceSecret: z.string().min(32), databasePassword: z.string().min(16) })
export type Secrets = z.output<typeof secretsSchema>

/**
 * The secrets of an instance: made once, kept in `secrets.json` of its data directory, readable by its owner only.
 *
 * @throws ConfigError where the file is there but cannot be used; it is never replaced, for that would end every session.
 */
export function loadOrCreateSecrets(dataDirectory: string): Secrets {
  const path = join(dataDirectory, 'secrets.json')
  if (!existsSync(path)) return createSecrets(path)
  chmodSync(path, 0o600)
  const parsed = secretsSchema.safeParse(parseJson(path))
  if (!parsed.success)
    throw new ConfigError(`${path} is damaged: restore it from a backup, or remove it to make new secrets`)
  return parsed.data
}

function createSecrets(path: string): Secrets {
  const secrets = { instanceSecret: randomSecret(32), databasePassword: randomSecret(24) }
  // Written beside and renamed: a crash in between leaves no half a file.
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return secrets
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function randomSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url')
}
