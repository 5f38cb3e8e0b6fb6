// `bun run verify`: the rules that tools can check, in seconds and without a database.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brokenArrows } from './arrows.ts'
import { missingPaths } from './doc-paths.ts'
import { wrongMessages } from './messages.ts'

const root = dirname(import.meta.dir)

interface Check {
  readonly name: string
  /** What is wrong, a line each; empty where nothing is. */
  run(): Promise<readonly string[]>
}

const projects = ['apps', 'packages']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .concat('bench', 'scripts')
  .filter((folder) => existsSync(join(root, folder, 'tsconfig.json')))

const checks: Check[] = [
  { name: 'format and lint', run: () => complaintsOf(['biome', 'ci', '--colors=off', '.'], root) },
  ...projects.map((folder) => ({
    name: `types of ${folder}`,
    run: () => complaintsOf(['tsc', '-p', '.'], join(root, folder)),
  })),
  { name: 'import arrows', run: async () => brokenArrows(root) },
  { name: 'words of the screens', run: async () => wrongMessages(root) },
  { name: 'paths named in the docs', run: async () => missingPaths(root) },
  {
    name: 'no lockfile names a registry host',
    run: async () =>
      /https?:\/\//.test(readFileSync(join(root, 'bun.lock'), 'utf8')) ? ['bun.lock names a host'] : [],
  },
]

let failed = 0
const queue = [...checks]
await Promise.all(Array.from({ length: 3 }, worker))
console.log(`${checks.length - failed} checks passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

async function worker(): Promise<void> {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const complaints = await check.run()
    if (complaints.length === 0) continue
    failed += 1
    console.error(`✗ ${check.name}\n${complaints.map((line) => `    ${line}`).join('\n')}`)
  }
}

async function complaintsOf(words: readonly string[], cwd: string): Promise<readonly string[]> {
  const child = Bun.spawn([process.execPath, 'x', '--bun', ...words], { cwd, stdout: 'pipe', stderr: 'pipe' })
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return code === 0 ? [] : `${out}${err}`.trim().split('\n')
}
