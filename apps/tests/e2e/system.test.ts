import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { System } from '@repo/contracts/system'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, root, startProgram } from '../src/program.ts'

/** A canary check every ten seconds, a look at the instance every five, and what a machine that is busy takes. */
const withinMs = 60_000

describe('an instance on which nothing is watched yet', () => {
  let directory: string
  let lieWhile: string
  let instance: Program
  let person: Client
  let beats: number
  let receiver: ReturnType<typeof Bun.serve>
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'betteruptime-system-'))
    lieWhile = join(directory, 'lie')
    beats = 0
    receiver = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch() {
        beats += 1
        return new Response('OK')
      },
    })
    instance = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', join(directory, 'data')], {
      REGION_CANARIES: 'self',
      WATCHDOG_URL: `${receiver.url}ping/secret-token`,
      WATCHDOG_INTERVAL_SECONDS: '1',
      LOG_LEVEL: 'info',
      BUN_OPTIONS: `--preload ${join(root, 'apps/tests/faults/lying-probe.ts')}`,
      LIE_WHILE: lieWhile,
    })
    const [, url = ''] = await instance.until(/is ready: (http:\S+)/)
    person = await newClient(url)
  }, 60_000)
  afterAll(async () => {
    await instance.stop()
    receiver.stop(true)
    rmSync(directory, { recursive: true, force: true })
  }, 30_000)

  const look = async () => (await (await person.call('GET', '/api/v1/system')).json()) as System
  const moreBeats = async () => {
    const before = beats
    await eventually('another beat comes', async () => beats > before, withinMs)
  }

  test('shows that its way is open all the same, and tells its watchdog so', async () => {
    await moreBeats()
    const { state, regions, open, consumers } = await look()
    expect([state, open]).toEqual(['working', []])
    expect(regions).toMatchObject([
      { name: 'local', watched: false, consumers: 1, consumersCounting: 1, pathOpen: true },
    ])
    expect(consumers).toMatchObject([{ region: 'local', trusted: true, online: true }])
  }, 90_000)

  test('finds out that its probe says 200 of everything, falls silent, and speaks again when that is over', async () => {
    writeFileSync(lieWhile, '')
    const found = await eventually(
      'it is found out',
      async () => {
        const system = await look()
        return system.open.some(({ kind }) => kind === 'canary_failed') && system
      },
      withinMs,
    )
    expect(found.state).not.toBe('working')
    expect(found.regions[0]?.consumersCounting).toBe(0)
    const stopped = await eventually(
      'no way is open',
      async () => {
        const system = await look()
        return system.state === 'stopped' && system
      },
      withinMs,
    )
    expect(stopped.open.map(({ kind, region }) => [kind, region])).toEqual([['canary_failed', 'local']])
    const silentFrom = beats
    const tenLaterMs = Date.parse(stopped.asOf) + 10_000
    await eventually('ten intervals have passed', async () => Date.parse((await look()).asOf) > tenLaterMs, withinMs)
    expect(beats).toBe(silentFrom)
    rmSync(lieWhile)
    await moreBeats()
    const { state, ended } = await look()
    expect([state, ended.map(({ kind }) => kind)]).toEqual(['working', ['canary_failed']])
    expect(instance.said()).not.toContain('secret-token')
  }, 180_000)
})
