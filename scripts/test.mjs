// `npm test`: whatever is missing, then every check and every suite, and one line that counts what really ran.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBun, ensureDashboard, ensureDependencies, pathWith, root, tell } from './bootstrap.mjs'
import { ensureSystemPackages } from './system-packages.mjs'
import { readReport } from './test-report.mjs'

/** So many files at once, and more of those that wait more than they work: the later suites start whole instances and browsers. */
const lanes = Math.min(4, Math.max(2, availableParallelism()))
const suites = [
  { name: 'packages', lanes: lanes + 2, words: ['packages'] },
  {
    name: 'roles',
    lanes: lanes + 2,
    words: [
      'apps/api',
      'apps/publisher',
      'apps/consumer',
      'apps/dbpusher',
      'apps/notifier',
      'apps/standalone',
      'apps/status',
      'apps/web',
      'bench',
      'scripts',
    ],
  },
  { name: 'end to end', lanes: lanes + 1, words: ['apps/tests/e2e'] },
  { name: 'browser', lanes: lanes + 1, words: ['apps/tests/browser'] },
  // Here it is counted how many requests come within an interval: a third beside them makes herds of its own.
  { name: 'faults', lanes, words: ['apps/tests/faults'] },
]

/** How long files take, so that the slowest begin first: `bun test --timings=scripts/test-timings.json --update-timings FILE` measures one anew. */
const timings = join('scripts', 'test-timings.json')
const reports = join(root, '.test-output')
const FAILURE_LINES = 40
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
for (const suite of suites) if (isWanted(suite.name)) counts.push(await runSuite(suite))

const passed = sum('passed')
const failed = sum('failed')
const skipped = sum('skipped')
tellFailures()
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

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
  const failures =
    Number(failed) > 0 ? [{ where: 'verify', what: output.trim().split('\n').slice(-FAILURE_LINES).join('\n') }] : []
  return { passed: Number(passed), failed: Number(failed), skipped: 0, failures }
}

async function runSuite({ name, words, lanes }) {
  tell(name)
  const report = join(reports, `${name.replaceAll(' ', '-')}.xml`)
  const options = [
    `--parallel=${lanes}`,
    `--timings=${timings}`,
    '--timeout',
    // A deadline, not a pace: a test that runs into it takes its instance and its browser from the others of its file.
    '60000',
    '--reporter=junit',
    `--reporter-outfile=${report}`,
  ]
  const { code } = await run(['test', ...options, ...words.map((folder) => `./${folder}`)])
  const count = reportAt(report)
  // A runner that dies has failed, whatever it had counted before.
  if (code !== 0 && count.failed === 0) {
    const what = `The runner ended with ${code}, and no test had failed: an error beside the tests is above.`
    return { ...count, failed: 1, failures: [{ where: name, what }] }
  }
  return count
}

function reportAt(path) {
  try {
    return readReport(readFileSync(path, 'utf8'))
  } catch {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [{ where: path, what: 'There is no report: the runner died.' }],
    }
  }
}

/** What failed once more, where it is found: at the end. */
function tellFailures() {
  for (const { where, what } of counts.flatMap(({ failures }) => failures))
    console.log(`\nfailed: ${where}\n${what.split('\n').slice(0, FAILURE_LINES).join('\n')}`)
}

/** Runs Bun and shows what it says; the output is also given back. */
function run(words) {
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
      shown.write(chunk)
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}
