/** One of many things, in the columns in which people read it. */
export type TableRow = Readonly<Record<string, string | number | null>>

const gap = '  '

/** Rows beneath the names of their columns; `nothing` where there are none. */
export function tableOf(rows: readonly TableRow[], nothing: string): string {
  const [first] = rows
  if (!first) return `${nothing}\n`
  const names = Object.keys(first)
  const lines = [names, ...rows.map((row) => names.map((name) => printable(String(row[name] ?? '-'))))]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => Bun.stringWidth(line[column] ?? ''))))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => padded(cell, widths[column] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join('')
}

/** What somebody named something, or a provider said, must not steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(width - Bun.stringWidth(cell))
}
