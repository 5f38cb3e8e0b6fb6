import type { Machine } from './machine.ts'
import type { Row } from './run.ts'

export interface Report {
  readonly name: string
  readonly machine: Machine
  readonly rows: readonly Row[]
}

export function reportText({ name, machine, rows }: Report): string {
  const { cpu, cores, memoryGiB, os, bun, load } = machine
  const lines = rows.map((row) => [
    row.name,
    row.perSecond.toLocaleString('en-US'),
    row.cpuMicrosPerOp.toFixed(1),
    row.otherCpuMicrosPerOp?.toFixed(1) ?? '',
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}×`,
  ])
  const figures = rows.flatMap((row) =>
    Object.entries(row.figures ?? {}).map(([figure, value]) => [`${row.name}: ${figure}`, `${value}`]),
  )
  return [
    `${name}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Bun ${bun}, load ${load}`,
    '',
    ...aligned([['', 'per second', 'CPU µs each', 'others', 'ratio'], ...lines]),
    ...(figures.length > 0 ? ['', ...aligned(figures)] : []),
  ].join('\n')
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)))
  return table.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  )
}
