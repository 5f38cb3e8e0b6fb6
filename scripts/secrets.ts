// `bun run secrets`: the keys that the secrets of monitors and channels are sealed with.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { postgresUrl, readEnvironment } from '@repo/config/environment'
import { formatInstanceKey, instanceKeys, makeInstanceKey } from '@repo/config/instance-keys'
import { addInstanceKey, dropOldInstanceKeys, loadOrCreateSecrets, type Secrets } from '@repo/config/secrets'
import { makeWebPushKey } from '@repo/config/web-push'
import { openDatabase, type Sql } from '@repo/db/database'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { findNewestTerm } from '@repo/db/queries/publisher-terms'
import { createKeyring, type InstanceKey } from '@repo/secrets/keyring'
import { runMain } from '@repo/service/main'
import { Command } from 'commander'
import { countByKey, type KeyCounts, type Rewrapped, rewrapAll } from './rewrap.ts'

interface Flags {
  readonly data: string
  readonly dryRun?: boolean
}

const program = new Command('bun run secrets').description(
  'The keys that the secrets of monitors and channels are sealed with: of a distributed instance those of INSTANCE_KEYS, with the database of DATABASE_URL; else those of the data directory.',
)
const dataFlag = ['--data <directory>', 'the data directory', process.env.BETTERUPTIME_DATA ?? './data'] as const

program
  .command('check')
  .description('say how many secrets are sealed with which key; changes nothing')
  .option(...dataFlag)
  .action((flags: Flags) => runMain(() => check(flags)))
program
  .command('rotate')
  .description('seal every secret with a new key; when it is interrupted, run it again')
  .option(...dataFlag)
  .option('--dry-run', 'say what would be done; changes nothing')
  .action((flags: Flags) => runMain(() => rotate(flags)))
program
  .command('key')
  .description('print a new key for INSTANCE_KEYS')
  .action(() => runMain(async () => say(formatInstanceKey(makeInstanceKey(Date.now())))))
program
  .command('web-push-key')
  .description('print a new key for WEB_PUSH_KEY; browsers that have subscribed with another have to subscribe anew')
  .action(() => runMain(async () => say(makeWebPushKey().privateKey)))
await program.parseAsync()

interface Instance {
  readonly keys: readonly InstanceKey[]
  readonly databaseUrl: string | undefined
  /** Undefined for a distributed one. */
  readonly directory: string | undefined
  readonly secrets: Secrets | undefined
}

function readInstance({ data }: Flags): Instance {
  const { INSTANCE_KEYS, DATABASE_URL } = readEnvironment(process.env, {
    INSTANCE_KEYS: instanceKeys.optional(),
    DATABASE_URL: postgresUrl.optional(),
  })
  if (INSTANCE_KEYS) {
    if (DATABASE_URL === undefined) throw new Error('DATABASE_URL: is not set, and INSTANCE_KEYS is')
    return { keys: INSTANCE_KEYS, databaseUrl: DATABASE_URL, directory: undefined, secrets: undefined }
  }
  const directory = resolve(data)
  if (!existsSync(join(directory, 'secrets.json')))
    throw new Error(`there is no instance in ${directory}: name its directory with --data, or set INSTANCE_KEYS`)
  const secrets = loadOrCreateSecrets(directory)
  return { keys: secrets.instanceKeys, databaseUrl: DATABASE_URL, directory, secrets }
}

async function check(flags: Flags): Promise<void> {
  const instance = readInstance(flags)
  await withDatabase(instance, async (sql) => {
    const counts = await countByKey(sql)
    for (const line of linesOf(counts, instance.keys)) say(line)
    const lost = [...counts.keys()].filter((id) => id !== '' && !instance.keys.some((key) => key.id === id))
    if (lost.length > 0) throw new Error(`there are secrets that no given key opens (${lost.join(', ')})`)
  })
}

async function rotate(flags: Flags): Promise<void> {
  const instance = readInstance(flags)
  await withDatabase(instance, async (sql) => {
    if (instance.directory === undefined) await rotateDistributed(sql, instance, flags)
    else await rotateStandalone(sql, { ...instance, directory: instance.directory }, flags)
  })
}

/** Its processes get the new key first, all of them; only then may anything be sealed with it. */
async function rotateDistributed(sql: Sql, { keys }: Instance, { dryRun = false }: Flags): Promise<void> {
  if (keys.length < 2) {
    const next = [makeInstanceKey(Date.now()), ...keys].map(formatInstanceKey).join(',')
    say(
      'Nothing was changed yet. Set this for every api and every consumer, start them anew, and then run this again with it:',
    )
    return say(`INSTANCE_KEYS=${next}`)
  }
  await rewrapWith(sql, keys, dryRun)
  if (dryRun) return
  say(
    `Everything is sealed with ${keys[0]?.id}. In a minute the publishers know: then the other keys may go from INSTANCE_KEYS.`,
  )
}

/** What was begun is gone on with: as long as there are two keys, the first of them is the new one. */
async function rotateStandalone(sql: Sql, instance: Instance & { directory: string }, flags: Flags): Promise<void> {
  const { dryRun = false } = flags
  const { directory, keys } = instance
  if (dryRun) return rewrapWith(sql, keys.length > 1 ? keys : [makeInstanceKey(Date.now()), ...keys], true)
  const present = keys.length > 1 ? keys : addInstanceKey(directory).instanceKeys
  await rewrapWith(sql, present, false)
  dropOldInstanceKeys(directory)
  say(`Everything is sealed with ${present[0]?.id}; the old key is gone from ${join(directory, 'secrets.json')}.`)
}

async function rewrapWith(sql: Sql, keys: readonly InstanceKey[], dryRun: boolean): Promise<void> {
  let toldAtMs = 0
  const onProgress = (looked: number, of: number) => {
    if (performance.now() < toldAtMs + 1_000 && looked < of) return
    toldAtMs = performance.now()
    tell(`${looked} of ${of} rows looked at`)
  }
  const done = await rewrapAll(sql, { keyring: createKeyring(keys), dryRun, onProgress })
  say(`${done.changed} rows ${dryRun ? 'would be sealed anew' : 'were sealed anew'} with ${keys[0]?.id}`)
  refuseFailures(done)
}

function refuseFailures({ failures }: Rewrapped): void {
  if (failures.size === 0) return
  const reasons = [...failures].map(([why, count]) => `${count} × ${why}`)
  throw new Error(`some could not be, and are as they were; no key was removed: ${reasons.join('; ')}`)
}

function linesOf(counts: KeyCounts, keys: readonly InstanceKey[]): string[] {
  if (counts.size === 0) return ['there are no secrets']
  return [...counts].map(([id, count]) => {
    if (id === '') return `${count} not sealed: they are of an earlier version; rotate seals them`
    const place = keys.findIndex((key) => key.id === id)
    const word = place === -1 ? 'not given: they cannot be opened' : place === 0 ? 'the newest key' : 'an older key'
    return `${count} sealed with ${id} (${word})`
  })
}

async function withDatabase(instance: Instance, use: (sql: Sql) => Promise<void>): Promise<void> {
  await using resources = new AsyncDisposableStack()
  const url = instance.databaseUrl ?? resources.use(await openEmbedded(instance)).url
  await migrate(url)
  const { sql } = resources.use(openDatabase(url, { connections: 10, onError: (error) => tell(error.message) }))
  if (instance.directory !== undefined && instance.databaseUrl !== undefined) await refuseRunning(sql)
  await use(sql)
}

function openEmbedded({ directory = '', secrets }: Instance) {
  return openEmbeddedPostgres({ dataDirectory: directory, password: secrets?.databasePassword ?? '', onProgress: tell })
}

const ALIVE_MS = 10_000

/** A running instance has its keys since its start, and would not be able to open what is sealed with a new one. */
async function refuseRunning(sql: Sql): Promise<void> {
  const newest = await findNewestTerm(sql)
  if (newest && newest.throughMs > Date.now() - ALIVE_MS)
    throw new Error('an instance is running on this database: stop it first, and try again in ten seconds')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
