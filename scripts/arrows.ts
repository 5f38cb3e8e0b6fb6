import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Who may import whom: apps → packages → domain. A package that is missing here may import nothing of ours, so a new one
 * has to be given its place.
 */
const allowed: Record<string, readonly string[]> = {
  'packages/domain': [],
  'packages/contracts': ['domain'],
  'packages/config': ['domain'],
  'packages/service': [],
  'packages/secrets': ['domain'],
  'packages/db': ['domain'],
  'packages/public-page': ['contracts', 'db', 'domain'],
  'packages/streams': ['contracts', 'domain'],
  'packages/probes': ['contracts', 'domain'],
  'packages/notifiers': ['contracts', 'domain'],
  'packages/ui': ['domain'],
  'apps/web': ['contracts', 'domain', 'ui'],
  'apps/consumer': ['contracts', 'config', 'domain', 'probes', 'secrets', 'service', 'streams'],
  'apps/publisher': ['contracts', 'config', 'db', 'domain', 'service', 'streams'],
  'apps/dbpusher': ['contracts', 'config', 'db', 'domain', 'public-page', 'service', 'streams'],
  'apps/notifier': [
    'contracts',
    'config',
    'db',
    'domain',
    'notifiers',
    'probes',
    'public-page',
    'secrets',
    'service',
    'streams',
  ],
  'apps/status': ['contracts', 'config', 'db', 'domain', 'public-page', 'secrets', 'service', 'streams', 'ui'],
  'apps/api': [
    'contracts',
    'config',
    'db',
    'domain',
    'notifiers',
    'probes',
    'public-page',
    'secrets',
    'service',
    'streams',
  ],
}

/** These compose or exercise everything. */
const unbound = ['apps/standalone', 'apps/tests', 'bench', 'scripts']

/** Libraries that one package alone may know. */
const ownedLibraries: Record<string, readonly string[]> = {
  pg: ['packages/db'],
  'drizzle-orm': ['packages/db'],
  ioredis: ['packages/streams'],
  'ipaddr.js': ['packages/probes', 'packages/service', 'apps/api'],
  jose: ['apps/api'],
  nodemailer: ['packages/notifiers'],
  'openid-client': ['apps/api'],
  '@simplewebauthn/server': ['apps/api'],
  sharp: ['apps/api'],
  'web-push': ['packages/notifiers'],
  next: ['apps/web'],
}

/** Every import that goes against an arrow, as `file: what is wrong`. Tests may use the fixtures of any package. */
export function brokenArrows(root: string): string[] {
  return ['apps', 'packages', 'bench', 'scripts'].flatMap((folder) =>
    sourcesBelow(join(root, folder)).flatMap((path) => complaintsAbout(root, relative(root, path))),
  )
}

function complaintsAbout(root: string, file: string): string[] {
  const home = file
    .split('/')
    .slice(0, file.startsWith('bench') || file.startsWith('scripts') ? 1 : 2)
    .join('/')
  const isTest = /\.test\.tsx?$|\/(?:test|testing)\//.test(file)
  return importsOf(readFileSync(join(root, file), 'utf8')).flatMap((name) => {
    const complaint = complaintAbout(name, { root, file, home, isTest })
    return complaint ? [`${file}: ${complaint}`] : []
  })
}

interface Place {
  readonly root: string
  readonly file: string
  readonly home: string
  readonly isTest: boolean
}

function complaintAbout(name: string, { root, file, home, isTest }: Place): string | undefined {
  if (name.startsWith('.')) {
    const target = relative(root, join(root, dirname(file), name))
    return target.startsWith(`${home}/`) || home === 'scripts' ? undefined : `reaches out of its package: ${name}`
  }
  const owners = ownedLibraries[name.split('/')[0] ?? ''] ?? ownedLibraries[name]
  if (owners && !owners.includes(home) && !isTest && home !== 'bench')
    return `only ${owners.join(', ')} may import ${name}`
  const ours = name.match(/^@repo\/([^/]+)/)?.[1]
  if (unbound.includes(home)) return undefined
  if (ours && !isTest && !allowed[home]?.includes(ours)) return `${home} may not import ${name}`
  if (!ours && existsSync(join(root, 'apps', name.split('/')[0] ?? '')) && !isTest)
    return `an app may not import an app: ${name}`
  return undefined
}

function importsOf(text: string): string[] {
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
    ),
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

const generated = new Set(['node_modules', '.next', 'dist', '.turbo'])

export function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !generated.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sourcesBelow(path)
      return /\.(?:ts|tsx|mjs)$/.test(entry.name) ? [path] : []
    })
}
