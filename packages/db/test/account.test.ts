import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chooseAccount } from '../src/embedded/account.ts'
import { findBinaries } from '../src/embedded/binaries.ts'

const isRoot = process.getuid?.() === 0

let home: string
let programs: string
beforeAll(async () => {
  // A home that nobody but its owner may enter, with the programs in it: what a clone in /root looks like.
  home = mkdtempSync(join(tmpdir(), 'betteruptime-home-'))
  programs = join(home, 'native')
  cpSync(dirname(dirname((await findBinaries()).postgres)), programs, { recursive: true, verbatimSymlinks: true })
  chmodSync(home, 0o700)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('the account that PostgreSQL runs as', () => {
  test('makes a cluster although the programs and the data lie in a home that is closed to others', async () => {
    const data = join(home, 'data')
    mkdirSync(data, { mode: 0o711 })
    const account = chooseAccount([join(programs, 'bin'), data])
    const cluster = join(data, 'cluster')
    mkdirSync(cluster, { mode: 0o700 })
    account.give(cluster)
    const words = [
      ...account.prefix,
      join(programs, 'bin', 'initdb'),
      '-D',
      cluster,
      '-U',
      'x',
      '--no-sync',
      '--auth=trust',
    ]
    const child = Bun.spawn(words, { stdout: 'ignore', stderr: 'pipe' })
    expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, expect.anything()])
    expect(readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()).toBe('18')
  })

  test(
    isRoot
      ? 'is not root, and has no power of root but to pass through directories'
      : 'is our own where we are not root',
    async () => {
      const { prefix } = chooseAccount([home])
      const child = Bun.spawn([...prefix, 'grep', '-E', '^(Uid|CapEff|CapPrm):', '/proc/self/status'], {
        stdout: 'pipe',
      })
      const status = Object.fromEntries(
        (await new Response(child.stdout).text())
          .trim()
          .split('\n')
          .map((line) => line.split(/:\s+/)),
      )
      const [uid] = String(status.Uid).split('\t')
      expect(Number(uid) === 0).toBe(false)
      // The capability DAC_READ_SEARCH is bit 2.
      if (isRoot) expect([Number(`0x${status.CapEff}`), Number(`0x${status.CapPrm}`)]).toEqual([4, 4])
      else expect(Number(uid)).toBe(process.getuid?.() ?? -1)
    },
  )
})
