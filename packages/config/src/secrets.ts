import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from './environment.ts'
import { formatInstanceKey, type InstanceKey, instanceKeys, makeInstanceKey } from './instance-keys.ts'
import { makeWebPushKey, type WebPushKey, webPushKey } from './web-push.ts'

export interface Secrets {
  readonly instanceSecret: string
  readonly databasePassword: string
  /** The newest first. */
  readonly instanceKeys: readonly InstanceKey[]
  /** Browsers have subscribed with it: it stays as long as they are to be reached. */
  readonly webPushKey: WebPushKey
}

const fileSchema = z.looseObject({
  instanceSecret: z.string().min(32),
  databasePassword: z.string().min(16),
  instanceKeys: instanceKeys.optional(),
  webPushKey: webPushKey.optional(),
})

/**
 * The secrets of an instance: made once, kept in `secrets.json` of its data directory, readable by its owner only.
 *
 * @throws ConfigError where the file is there but cannot be used; it is never replaced, for that would end every session.
 */
export function loadOrCreateSecrets(dataDirectory: string): Secrets {
  const path = secretsPath(dataDirectory)
  if (!existsSync(path)) {
    const made = { instanceSecret: randomSecret(32), databasePassword: randomSecret(24) }
    return saveSecrets(path, complete(made))
  }
  chmodSync(path, 0o600)
  const known = readSecrets(path)
  return isComplete(known) ? known : saveSecrets(path, complete(known))
}

/** Makes a new key, by which everything is sealed from now on, and keeps the others. */
export function addInstanceKey(dataDirectory: string): Secrets {
  return saveSecrets(secretsPath(dataDirectory), withNewKey(loadOrCreateSecrets(dataDirectory)))
}

/** Forgets all keys but the newest: whatever is sealed by another is lost then. */
export function dropOldInstanceKeys(dataDirectory: string): Secrets {
  const known = loadOrCreateSecrets(dataDirectory)
  return saveSecrets(secretsPath(dataDirectory), { ...known, instanceKeys: known.instanceKeys.slice(0, 1) })
}

function secretsPath(dataDirectory: string): string {
  return join(dataDirectory, 'secrets.json')
}

function withNewKey(secrets: Secrets): Secrets {
  return { ...secrets, instanceKeys: [makeInstanceKey(Date.now()), ...secrets.instanceKeys] }
}

type Known = z.output<typeof fileSchema>

function isComplete(known: Known): known is Known & Secrets {
  return known.instanceKeys !== undefined && known.webPushKey !== undefined
}

/** An instance of an earlier version has not all of them yet. */
function complete(known: Known): Secrets {
  return {
    ...known,
    instanceKeys: known.instanceKeys ?? [makeInstanceKey(Date.now())],
    webPushKey: known.webPushKey ?? makeWebPushKey(),
  }
}

function readSecrets(path: string): Known {
  const parsed = fileSchema.safeParse(parseJson(path))
  if (!parsed.success)
    throw new ConfigError(`${path} is damaged: restore it from a backup, or remove it to make new secrets`)
  return parsed.data
}

function saveSecrets(path: string, secrets: Secrets): Secrets {
  const file = {
    ...secrets,
    instanceKeys: secrets.instanceKeys.map(formatInstanceKey).join(','),
    webPushKey: secrets.webPushKey.privateKey,
  }
  // Written beside and renamed: a crash in between leaves no half a file.
  writeFileSync(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true })
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
