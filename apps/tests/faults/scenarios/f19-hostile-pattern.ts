import type { Scenario } from '../../src/fault-run.ts'
import { latestStart } from '../latest-start.ts'

export const hostilePattern: Scenario = {
  id: 'F19',
  title: 'a monitor asks for a pattern that takes a backtracking engine for ever',
  mustHold: 'the checks of everybody else start within a second of their instant',
  rig: {
    body: `${'a'.repeat(64)}!`,
    specOf: (target, url) => ({
      kind: 'http',
      url,
      timeoutMs: 1_500,
      ...(target === 0 && {
        assertions: [{ kind: 'pattern', is: 'not-matches', value: '^(([a-z])+.)+[A-Z]([a-z])+$' }],
      }),
    }),
  },
  async harm({ rig, watch, pass, scale }) {
    const fromMs = Date.now()
    await pass(10_000 * scale)
    const lagMs = latestStart(rig, watch, { fromMs, except: [0] })
    return lagMs > 1_000 ? [`a check of somebody else started ${(lagMs / 1_000).toFixed(1)} s late`] : []
  },
  twin: {
    sabotages: [
      {
        file: 'packages/probes/src/pattern.ts',
        find: 'const found = compiledPattern.test(text)',
        replace: 'const found = new RegExp(pattern).test(text)',
      },
    ],
    complaints: ['own', 'I1', 'I12'],
  },
}
