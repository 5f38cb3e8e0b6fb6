// Programs that tests need and no package registry of ours carries.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tell } from './bootstrap.mjs'

const needed = [
  { program: 'redis-server', package: 'redis-server' },
  { program: 'openssl', package: 'openssl' },
  { program: 'chromium', package: 'chromium' },
]

/** Installs what is missing where we may; elsewhere says in one line what to install. The tests that need it then fail. */
export function ensureSystemPackages() {
  const wanted = needed.filter(
    ({ program }) => !isInstalled(program) && !(program === 'redis-server' && process.env.REDIS_URL),
  )
  if (wanted.length === 0) return
  const names = wanted.map((item) => item.package).join(' ')
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    tell(`missing for some tests: install ${names} (Debian: apt-get install ${names})`)
    return
  }
  tell(`installing ${names} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const words of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...wanted.map((item) => item.package)],
  ]) {
    const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8' })
    if (status !== 0) {
      tell(`apt-get ${words[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
      return
    }
  }
}

export function isInstalled(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`))
}
