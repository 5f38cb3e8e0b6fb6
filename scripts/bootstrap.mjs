// What a fresh machine lacks, brought in step by step: Bun, the dependencies, the built dashboard. Plain JavaScript for
// Node 20 or Bun, with nothing installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const bunVersion = manifest.packageManager.replace('bun@', '')
const tools = join(root, '.tools')

/** A step that takes a while, told on standard error: standard output belongs to what is started. */
export function tell(step) {
  process.stderr.write(`  ${step}\n`)
}

/** Ends the program with one readable line. */
export function fail(line) {
  process.stderr.write(`betteruptime: ${line}\n`)
  process.exit(1)
}

/** The path of a Bun that is new enough: this process, the one on the PATH, or one from the package registry. */
export function ensureBun() {
  if (process.versions.bun && isNewEnough(process.versions.bun)) return process.execPath
  const known = ['bun', ...installedBuns()].find(works)
  if (known) return known
  tell(`installing Bun ${bunVersion} from the package registry into .tools (once) …`)
  mkdirSync(tools, { recursive: true })
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const words = [
    'install',
    '--prefix',
    tools,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `bun@${bunVersion}`,
  ]
  const { status } = spawnSync(npm, words, { cwd: tools, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  const installed = installedBuns().find(works)
  if (status !== 0 || !installed)
    fail('Bun could not be installed from the package registry: check the network, then try again')
  return installed
}

/** The package may lay its binary in either of two places, depending on whether install scripts were allowed to run. */
function installedBuns() {
  const modules = join(tools, 'node_modules')
  const platforms = existsSync(join(modules, '@oven')) ? readdirSync(join(modules, '@oven')) : []
  const paths = [join(modules, 'bun', 'bin', 'bun.exe')]
  for (const platform of platforms)
    paths.push(join(modules, '@oven', platform, 'bin', process.platform === 'win32' ? 'bun.exe' : 'bun'))
  return paths.filter((path) => existsSync(path))
}

function works(bun) {
  const { status, stdout } = spawnSync(bun, ['--version'], { encoding: 'utf8' })
  return status === 0 && isNewEnough(stdout.trim())
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 1 || (major === 1 && minor >= 4)
}

/** Installs what the lockfile names, unless it was installed already. */
export function ensureDependencies(bun) {
  const stampPath = join(root, 'node_modules', '.betteruptime-stamp')
  const stamp = hashOf([join(root, 'bun.lock'), ...workspaceManifests()])
  if (readStamp(stampPath) === stamp) return
  tell('installing dependencies …')
  const { status } = spawnSync(bun, ['install', '--frozen-lockfile'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) fail('dependencies could not be installed: see above, then try again')
  writeFileSync(stampPath, stamp)
}

function workspaceManifests() {
  const folders = ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((name) => join(root, group, name)),
  )
  return ['.', 'bench']
    .map((name) => join(root, name))
    .concat(folders)
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(path))
}

/** Builds the dashboard, unless what it is made of is unchanged since it was built. */
export function ensureDashboard(bun) {
  const web = join(root, 'apps', 'web')
  const stampPath = join(web, '.next', 'betteruptime-stamp')
  const sources = [
    web,
    join(root, 'packages', 'ui'),
    join(root, 'packages', 'contracts'),
    join(root, 'packages', 'domain'),
  ]
  const stamp = hashOf([join(root, 'bun.lock'), ...sources.flatMap(filesBelow)])
  if (readStamp(stampPath) === stamp && existsSync(join(web, 'dist'))) return
  tell('building the dashboard …')
  const { status, stdout, stderr } = spawnSync(bun, ['run', 'build'], {
    cwd: web,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PATH: pathWith(bun),
    },
  })
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`)
    fail('the dashboard could not be built: see above')
  }
  writeFileSync(stampPath, stamp)
}

/** A PATH on which `bun` is this one, for scripts of packages that call it by name. */
export function pathWith(bun) {
  return [dirname(bun), join(tools, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
}

const generated = new Set(['node_modules', '.next', 'dist', '.turbo', 'test', 'testing'])

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !generated.has(entry.name) && entry.name !== 'next-env.d.ts')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
