// `bun run distributed`: whatever is missing, then every role as a process of its own.
import { join } from 'node:path'
import { ensureBun, ensureDashboard, ensureDependencies, root } from './bootstrap.mjs'
import { runInForeground } from './run.mjs'

const bun = ensureBun()
ensureDependencies(bun)
ensureDashboard(bun)
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exit(await runInForeground(bun, [join(root, 'scripts', 'distributed.ts'), ...process.argv.slice(2)], { cwd }))
