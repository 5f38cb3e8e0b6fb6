// `npm start`: whatever is missing, then the whole system in one process.
import { join } from 'node:path'
import { ensureBun, ensureDashboard, ensureDependencies, root } from './bootstrap.mjs'
import { runInForeground } from './run.mjs'

const bun = ensureBun()
ensureDependencies(bun)
ensureDashboard(bun)
// The data directory is meant from where the command was given, and npm moves to the root of the project.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exit(
  await runInForeground(bun, [join(root, 'apps', 'standalone', 'src', 'main.ts'), ...process.argv.slice(2)], { cwd }),
)
