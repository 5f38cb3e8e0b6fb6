/**
 * Loaded before a program by `bun --preload`: while the file LIE_WHILE exists, its probe says of every target that it answered
 * 200, whatever it did, as a fault in the engine might.
 */
import { readFileSync } from 'node:fs'
import { plugin } from 'bun'

const honest = 'export async function probeHttp('
const lie = `
export async function probeHttp(spec, deps, signal) {
  const outcome = await honestProbe(spec, deps, signal)
  if (!existsSync(process.env.LIE_WHILE ?? '')) return outcome
  return { ...outcome, verdict: 'up', code: 'OK', message: 'answered 200 in 1 ms', status: 200, evidence: null }
}
`

plugin({
  name: 'lying probe',
  setup(build) {
    build.onLoad({ filter: /probes\/src\/checks\/http\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes(honest)) throw new Error(`the probe is not where the lie looks for it: ${path}`)
      const renamed = source.replace(honest, 'async function honestProbe(')
      return { loader: 'ts', contents: `import { existsSync } from 'node:fs'\n${renamed}\n${lie}` }
    })
  },
})
