// `bun run account`: what an operator does for people where mail is not set up.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { accessShape } from '@repo/config/access'
import { port, postgresUrl, readEnvironment } from '@repo/config/environment'
import { loadOrCreateSecrets } from '@repo/config/secrets'
import { openDatabase, type Sql } from '@repo/db/database'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { findCredentials } from '@repo/db/queries/users'
import { runMain } from '@repo/service/main'
import { offerReset, resetLink, resetMinutes } from 'api/password-reset'
import { Command } from 'commander'

interface Flags {
  readonly data: string
}

const program = new Command('bun run account').description(
  'What an operator does for people: with the database of DATABASE_URL, else with that of the data directory, while its instance is stopped.',
)
program
  .command('reset-password')
  .description('print a link that sets a new password, once; a second factor stays')
  .argument('<username>', 'whose')
  .option('--data <directory>', 'the data directory', process.env.BETTERUPTIME_DATA ?? './data')
  .action((username: string, flags: Flags) => runMain(() => resetPassword(username, flags)))
await program.parseAsync()

async function resetPassword(username: string, { data }: Flags): Promise<void> {
  const { DATABASE_URL, PUBLIC_URL, PORT } = readEnvironment(process.env, {
    DATABASE_URL: postgresUrl.optional(),
    PUBLIC_URL: accessShape.PUBLIC_URL,
    PORT: port.default(3_000),
  })
  await using resources = new AsyncDisposableStack()
  const url = DATABASE_URL ?? resources.use(await openOwn(resolve(data))).url
  const { sql } = resources.use(openDatabase(url, { connections: 1, onError: (error) => tell(error.message) }))
  const token = await makeReset(sql, username)
  tell(`Whoever opens this within ${resetMinutes} minutes sets a new password for ${username}. It works once.`)
  process.stdout.write(`${resetLink(PUBLIC_URL ?? `http://localhost:${PORT}`, token)}\n`)
}

/** The database of a standalone instance. Where that is running, the lock of its directory says so. */
async function openOwn(directory: string) {
  if (!existsSync(join(directory, 'secrets.json')))
    throw new Error(`there is no instance in ${directory}: name its directory with --data, or set DATABASE_URL`)
  const { databasePassword } = loadOrCreateSecrets(directory)
  const postgres = await openEmbeddedPostgres({
    dataDirectory: directory,
    password: databasePassword,
    onProgress: tell,
  })
  await migrate(postgres.url)
  return postgres
}

async function makeReset(sql: Sql, username: string): Promise<string> {
  const user = await findCredentials(sql, username)
  if (!user) throw new Error(`there is no user ${username}`)
  return offerReset(sql, user.userId, Date.now())
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
