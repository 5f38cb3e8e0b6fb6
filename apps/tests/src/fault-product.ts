import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './program.ts'

/** A change of the source that takes one guard away. Its text must be there, or nothing was proved. */
export interface Sabotage {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** A copy of the product that may be harmed. */
export interface ProductCopy {
  readonly root: string
  remove(): void
}

/** Programs that the faults are done to; what they import is copied with them. */
const copiedApps = ['api', 'publisher', 'consumer', 'dbpusher', 'notifier']

/** @throws where a text to be replaced is not found, or is found twice: the guard moved, and the sabotage must follow. */
export function copyProduct(from: string, sabotages: readonly Sabotage[]): ProductCopy {
  const copy = mkdtempSync(join(tmpdir(), 'betteruptime-twin-'))
  const remove = () => rmSync(copy, { recursive: true, force: true })
  try {
    // Links stay as they are written: those between the packages are relative, so they meet the copies.
    for (const folder of foldersOf(from))
      cpSync(join(from, folder), join(copy, folder), { recursive: true, verbatimSymlinks: true })
    // Programs read their version from it.
    copyFileSync(join(from, 'package.json'), join(copy, 'package.json'))
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const sabotage of sabotages) applySabotage(copy, sabotage)
    return { root: copy, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function foldersOf(from: string): string[] {
  const packages = readdirSync(join(from, 'packages')).map((name) => join('packages', name))
  return [...copiedApps.map((name) => join('apps', name)), ...packages].filter((folder) =>
    existsSync(join(from, folder)),
  )
}

function applySabotage(copy: string, { file, find, replace }: Sabotage): void {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  const found = source.split(find).length - 1
  if (found !== 1)
    throw new Error(`the sabotage of ${file} finds its text ${found} times and must find it once: ${find}`)
  writeFileSync(
    path,
    source.replace(find, () => replace),
  )
}
