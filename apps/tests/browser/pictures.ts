import { join } from 'node:path'
import { root } from '../src/program.ts'

/** Where a picture of the documentation lies. */
export function pathOf(name: string): string {
  return join(root, 'docs', 'images', `${name}.png`)
}
