// Programs that tests need and no package registry of ours carries.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tell } from './bootstrap.mjs'

const needed = ['redis-server', 'openssl', 'chromium']
/** Chromium without windows, where there is such a package: most tests take a fraction of the time in it. */
const helpful = ['chromium-headless-shell']

/** Installs what is missing where we may; elsewhere says in one line what to install. The tests that need it then fail. */
export function ensureSystemPackages() {
  const missing = needed.filter((program) => !isThere(program))
  const names = missing.join(' ')
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    if (names !== '') tell(`missing for some tests: install ${names} (Debian: apt-get install ${names})`)
    return
  }
  const wished = helpful.filter((program) => !isThere(program))
  if (missing.length + wished.length === 0) return
  tell(`installing ${[...missing, ...wished].join(' ')} …`)
  const problem = aptGet('update', '-q') ?? (missing.length > 0 ? install(missing) : undefined)
  if (problem) tell(problem)
  if (wished.length > 0 && install(wished)) tell(`${wished.join(' ')} cannot be had: the tests take longer without`)
}

/** @returns what went wrong, in a line. */
function install(packages) {
  return aptGet('install', '-q', '-y', '--no-install-recommends', ...packages)
}

function aptGet(...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8' })
  return status === 0 ? undefined : `apt-get ${words[0]} failed: ${stderr.trim().split('\n').at(-1)}`
}

function isThere(program) {
  return isInstalled(program) || (program === 'redis-server' && Boolean(process.env.REDIS_URL))
}

export function isInstalled(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`))
}
