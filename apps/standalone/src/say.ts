/** A step that takes a moment, told to the person who started us. */
export function say(step: string): void {
  process.stdout.write(`  ${step}\n`)
}

export interface Started {
  readonly dataDirectory: string
  readonly HOST: string
  readonly egressAllow: readonly string[]
  readonly DATABASE_URL?: string | undefined
}

export function sayReady(url: string, { dataDirectory, HOST, egressAllow, DATABASE_URL }: Started): void {
  const shown = HOST === '127.0.0.1' ? url.replace('127.0.0.1', 'localhost') : url
  const lines = [
    '',
    `  BetterUptime is ready: ${shown}`,
    '',
    `  data      ${DATABASE_URL ? 'in the database of DATABASE_URL; secrets in ' : ''}${dataDirectory}`,
    `  checks    ${egressAllow.length === 0 ? 'public addresses only (PROBE_ALLOWED_CIDRS opens private ones)' : `public addresses and ${egressAllow.join(', ')}`}`,
    '  stop      Ctrl-C',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
