import type { StandaloneFlags } from '@repo/config/standalone'
import { Command, CommanderError } from 'commander'

/**
 * The command line. `--help` prints itself and ends the process; what cannot be read is one line.
 *
 * @throws Error in one line for an unknown flag or a missing value.
 */
export function readFlags(argv: readonly string[]): StandaloneFlags {
  const command = new Command('npm start --')
    .description('BetterUptime in one process: dashboard, API, scheduler, worker, and its own database.')
    .option('--host <address>', 'where to listen (HOST; default 127.0.0.1: this machine only)')
    .option('--port <number>', 'the port (PORT; default 3000; 0 for any free one)')
    .option('--data <directory>', 'where everything is kept (BETTERUPTIME_DATA; default ./data)')
    .addHelpText('after', environmentHelp)
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  try {
    return command.parse(argv).opts<StandaloneFlags>()
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) process.exit(0)
    throw new Error(`${(error as Error).message.replace(/^error: /, '')} (--help lists what there is)`, {
      cause: error,
    })
  }
}

const environmentHelp = `
Environment:
  DATABASE_URL   a PostgreSQL 15 or newer to use instead of the embedded one
  REDIS_URL      a Redis 7 or newer to use instead of streams within the process
  PROBE_ALLOWED_CIDRS   private ranges that checks may reach, comma-separated, or "private" for them all;
                 by default all of them while listening on loopback, none otherwise
  STATUS_PORT    where the status pages are served besides under /status/: for names of their own (any free port)
  WATCHDOG_URL   an address that is asked for once a minute while, and only while, all of this works
  LOG_LEVEL      trace, debug, info, warn (default), error, fatal, silent

Example:
  npm start -- --port 8080 --data /var/lib/betteruptime`
