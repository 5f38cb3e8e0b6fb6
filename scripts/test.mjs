// `npm test`: whatever is missing, then every check and every suite, and one line that counts what really ran.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBun, ensureDashboard, ensureDependencies, pathWith, root, tell } from './bootstrap.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const suites = [
  { name: 'packages', words: ['packages'], beside: 'roles' },
  {
    name: 'roles',
    words: [
      'apps/api',
      'apps/publisher',
      'apps/consumer',
      'apps/dbpusher',
      'apps/notifier',
      'apps/standalone',
      'apps/web',
      'bench',
      'scripts',
    ],
  },
  { name: 'end to end', words: ['apps/tests/e2e'] },
  { name: 'browser', words: ['apps/tests/browser'] },
  { name: 'faults', words: ['apps/tests/faults'] },
]

const reports = join(root, '.test-output')
const wanted = process.argv.slice(2)
if (wanted.includes('--help')) {
  console.log(
    `npm test [-- SUITE …]\n\nRuns verify and every suite, or only the suites named: verify, ${suites.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(0)
}
const bun = ensureBun()
ensureDependencies(bun)
ensureDashboard(bun)
ensureSystemPackages()
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const counts = []
if (isWanted('verify')) counts.push(await verify())
const left = suites.filter(({ name }) => isWanted(name))
while (left.length > 0) counts.push(...(await runNext()))

const passed = sum('passed')
const failed = sum('failed')
const skipped = sum('skipped')
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

/** The next suite, and at the same time the one that may run beside it, whose output is shown afterwards. */
async function runNext() {
  const suite = left.shift()
  const place = left.findIndex(({ name }) => name === suite.beside)
  const beside = place < 0 ? [] : left.splice(place, 1)
  const held = beside.map((other) => runSuite(other, false))
  const count = await runSuite(suite, true)
  const others = []
  for (const [index, other] of beside.entries()) {
    tell(other.name)
    const { shown, ...found } = await held[index]
    process.stdout.write(shown)
    others.push(found)
  }
  return [count, ...others]
}

function isWanted(name) {
  return wanted.length === 0 || wanted.includes(name)
}

function sum(field) {
  return counts.reduce((total, count) => total + count[field], 0)
}

async function verify() {
  tell('verify')
  const { output } = await run(['scripts/verify.ts'])
  const [, passed = 0, failed = 1] = output.match(/(\d+) checks passed, (\d+) failed/) ?? []
  return { passed: Number(passed), failed: Number(failed), skipped: 0 }
}

async function runSuite({ name, words }, isShown) {
  if (isShown) tell(name)
  const report = join(reports, `${name.replaceAll(' ', '-')}.xml`)
  const options = ['--timeout', '20000', '--reporter=junit', `--reporter-outfile=${report}`]
  const { code, output } = await run(['test', ...options, ...words.map((folder) => `./${folder}`)], isShown)
  const count = { ...readReport(report), shown: output }
  // A runner that dies has failed, whatever it had counted before.
  if (code !== 0 && count.failed === 0) return { ...count, failed: 1 }
  return count
}

function readReport(path) {
  try {
    const [head = ''] = readFileSync(path, 'utf8').match(/<testsuites[^>]*>/) ?? []
    const number = (field) => Number(head.match(new RegExp(`\\b${field}="(\\d+)"`))?.[1] ?? 0)
    const failed = number('failures') + number('errors')
    return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/** Runs Bun and shows what it says, unless that is held back; the output is also given back. */
function run(words, isShown = true) {
  const child = spawn(bun, words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: pathWith(bun) },
  })
  let output = ''
  for (const [stream, shown] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    stream.on('data', (chunk) => {
      output += chunk
      if (isShown) shown.write(chunk)
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}
