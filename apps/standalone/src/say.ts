import { isLoopback } from '@repo/config/standalone'
import type { SignUpMode } from '@repo/contracts/accounts'

/** A step that takes a moment, told to the person who started us. */
export function say(step: string): void {
  process.stdout.write(`  ${step}\n`)
}

export interface Started {
  readonly dataDirectory: string
  readonly HOST: string
  readonly egressAllow: readonly string[]
  readonly DATABASE_URL?: string | undefined
  readonly access: { readonly signUp: SignUpMode; readonly hosts: readonly string[] }
}

export function sayReady(url: string, { dataDirectory, HOST, egressAllow, DATABASE_URL, access }: Started): void {
  const shown = HOST === '127.0.0.1' ? url.replace('127.0.0.1', 'localhost') : url
  const lines = [
    '',
    `  BetterUptime is ready: ${shown}`,
    '',
    `  data      ${DATABASE_URL ? 'in the database of DATABASE_URL; secrets in ' : ''}${dataDirectory}`,
    `  checks    ${egressAllow.length === 0 ? 'public addresses only (PROBE_ALLOWED_CIDRS opens private ones)' : `public addresses and ${egressAllow.join(', ')}`}`,
    `  people    ${peopleLine(access.signUp)}`,
    ...(isLoopback(HOST)
      ? []
      : [
          `  names     ${['addresses', 'localhost', ...access.hosts].join(', ')} (PUBLIC_URL and ALLOWED_HOSTS add others)`,
        ]),
    '  stop      Ctrl-C',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function peopleLine(signUp: SignUpMode): string {
  const lines: Record<SignUpMode, string> = {
    open: 'whoever reaches this address may sign up (SIGN_UP=invite|closed)',
    invite: 'whoever comes first, and then whoever is invited (SIGN_UP=open|closed)',
    closed: 'whoever comes first, and nobody else (SIGN_UP=open|invite)',
  }
  return lines[signUp]
}
