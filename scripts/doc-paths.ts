import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Every path that a document names and that is not there, as `document: path`. */
export function missingPaths(root: string): string[] {
  return documentsOf(root).flatMap((document) =>
    pathsIn(readFileSync(join(root, document), 'utf8'))
      .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, dirname(document), path)))
      .map((path) => `${document}: ${path}`),
  )
}

function documentsOf(root: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : below(path)
      return entry.name.endsWith('.md') ? [path] : []
    })
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  return [...top, ...below('docs'), ...below('bench')].map((path) => relative('.', path))
}

/** Links to files, and code spans that are spelled as paths of this project. */
function pathsIn(text: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, path]) => path ?? '')
  const spans = [...text.matchAll(/`((?:apps|packages|bench|docs|scripts|\.ci)\/[\w./-]*)`/g)].map(
    ([, path]) => path ?? '',
  )
  return [...links, ...spans]
}
