import { describe, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outcomeCodes } from '@repo/domain/outcome'
import { type OutcomeHelp, readOutcomeHelp, writeOutcomeHelp } from '../src/outcome-help.ts'

const pages = join(import.meta.dir, '../../../docs/outcomes')

describe('the help of an outcome code', () => {
  test('is what its page says, without links to other pages', () => {
    const page =
      '# A_CODE\n\n**down** by default · [all codes](README.md)\n\n## What it means\n\nIt pinged `/fail`.\n\n' +
      '## Usual causes\n\n- One\n- Another\n\n## What to try\n\n- Compare the pings ([heartbeats.md](../heartbeats.md))\n'
    expect(readOutcomeHelp(page)).toEqual({
      meaning: 'It pinged `/fail`.',
      causes: ['One', 'Another'],
      tries: ['Compare the pings (heartbeats.md)'],
    })
    expect(() => readOutcomeHelp(page.replace('What to try', 'Else'))).toThrow(/A_CODE.*What to try/)
  })

  test('is there for each code, with all of its parts', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outcomes-'))
    await writeOutcomeHelp(pages, directory)
    expect((await readdir(directory)).toSorted()).toEqual(outcomeCodes.map((code) => `${code}.json`).toSorted())
    for (const code of outcomeCodes) {
      const help = (await Bun.file(join(directory, `${code}.json`)).json()) as OutcomeHelp
      const texts = [help.meaning, ...help.causes, ...help.tries]
      expect(texts.length).toBeGreaterThanOrEqual(3)
      // An odd one would turn what is text into what is to be typed.
      for (const text of texts) expect(text.split('`').length % 2).toBe(1)
    }
    await rm(directory, { recursive: true })
  })
})
