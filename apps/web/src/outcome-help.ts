import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What is known of an outcome code beyond the sentence that it came with. What stands between backticks is to be typed or read as it is. */
export interface OutcomeHelp {
  readonly meaning: string
  readonly causes: readonly string[]
  readonly tries: readonly string[]
}

/** Writes the pages of the outcome codes for the dashboard, a small file each, which is read when somebody asks. */
export async function writeOutcomeHelp(pages: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const names = (await readdir(pages)).filter((name) => name !== 'README.md')
  for (const name of names) {
    const help = readOutcomeHelp(await Bun.file(join(pages, name)).text())
    await Bun.write(join(directory, name.replace('.md', '.json')), JSON.stringify(help))
  }
}

export function readOutcomeHelp(page: string): OutcomeHelp {
  return {
    meaning: linesOf(page, 'What it means').join(' '),
    causes: linesOf(page, 'Usual causes'),
    tries: linesOf(page, 'What to try'),
  }
}

/** @throws Error where the page has no such part. */
function linesOf(page: string, heading: string): string[] {
  const [, part] = page.split(`\n## ${heading}\n`)
  const lines = (part?.split('\n## ')[0] ?? '').split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new Error(`${page.split('\n')[0]}: nothing stands under "${heading}"`)
  // A link leads to a page that the dashboard has not: its text says enough.
  return lines.map((line) => line.replace(/^- /, '').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1'))
}
