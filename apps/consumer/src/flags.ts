import type { ConsumerFlags } from '@repo/config/roles'
import { Command, CommanderError } from 'commander'

/**
 * The command line of a consumer. `--help` prints itself and ends the process; what cannot be read is one line.
 *
 * @throws Error in one line for an unknown flag or a missing value.
 */
export function readFlags(argv: readonly string[]): ConsumerFlags {
  const command = new Command('consumer')
    .description('Carries out the checks of a region. It needs to reach Redis and the websites, and no database.')
    .option('--region <name>', 'the region that it works for (REGION): lower-case letters, digits and dashes')
    .option('--redis-url <url>', 'where the streams are (REDIS_URL): redis://[user:password@]host[:port], or rediss://')
    .addHelpText('after', '\nEverything else may come from the environment: see docs/configuration.md.')
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  try {
    return command.parse(argv).opts<ConsumerFlags>()
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) process.exit(0)
    throw new Error(`${(error as Error).message.replace(/^error: /, '')} (--help lists what there is)`, {
      cause: error,
    })
  }
}
