'use client'
import { type ReactNode, useState } from 'react'
import { type CsvCell, csvText, saveFile } from './csv.ts'
import { ScrollRegion } from './scroll-region.tsx'
import { t } from './words.ts'

/** A column of what a figure shows: as people read it, and as a machine does. */
export interface FigureColumn<Row> {
  readonly name: string
  /** As a file of numbers calls it: `p95_ms`. */
  readonly csvName: string
  readonly text: (row: Row) => ReactNode
  readonly csv: (row: Row) => CsvCell
}

interface FigureProps<Row> {
  title: string
  /** What the picture shows, as a sentence made of its numbers. */
  caption: string
  action?: ReactNode
  columns: readonly FigureColumn<Row>[]
  rows: readonly Row[]
  /** Of the file that the numbers are kept in, without its ending. */
  fileName: string
  /** Right under the picture, as wide as it. */
  reading?: ReactNode
  legend?: ReactNode
  /** What went wrong, above the picture. */
  trouble?: ReactNode
  className?: string
  children: ReactNode
}

/** A picture of numbers with what it says in words, and the same numbers as a table and as a file. */
export function Figure<Row>({
  title,
  caption,
  action,
  reading,
  legend,
  trouble,
  className = '',
  ...figure
}: FigureProps<Row>) {
  const [asTable, setAsTable] = useState(false)
  const { columns, rows, fileName, children } = figure
  const save = () => saveFile(`${fileName}.csv`, csvOf(columns, rows))
  return (
    <section
      aria-label={title}
      className={`min-w-0 rounded-card border border-line bg-surface p-4 md:px-5 ${className}`}
    >
      <figure aria-label={`${title}. ${caption}`}>
        <figcaption className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="flex min-w-0 grow basis-56 flex-wrap items-baseline gap-x-2.5">
            <h2 className="text-14 font-bold">{title}</h2>
            <p className="text-12 text-muted">{caption}</p>
          </div>
          {action}
        </figcaption>
        {trouble}
        {asTable ? <FigureTable title={title} columns={columns} rows={rows} /> : children}
      </figure>
      {reading && <div className="mt-2">{reading}</div>}
      <div className="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">{legend}</div>
        <div className="ml-auto flex gap-4">
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} className={linkClass}>
            {asTable ? t('View as chart') : t('View as table')}
          </button>
          <button type="button" onClick={save} disabled={rows.length === 0} className={linkClass}>
            CSV<span className="sr-only">: {title}</span>
          </button>
        </div>
      </div>
    </section>
  )
}

const linkClass =
  'min-h-6 rounded-control text-13 text-accent underline-offset-2 hover:underline disabled:text-muted disabled:no-underline pointer-coarse:min-h-11'

export function csvOf<Row>(columns: readonly FigureColumn<Row>[], rows: readonly Row[]): string {
  return csvText([
    columns.map(({ csvName }) => csvName),
    ...rows.map((row) => columns.map((column) => column.csv(row))),
  ])
}

function FigureTable<Row>({ title, columns, rows }: Pick<FigureProps<Row>, 'title' | 'columns' | 'rows'>) {
  return (
    <ScrollRegion
      label={t('{figure} as a table', { figure: title })}
      className="max-h-80 rounded-control border border-line"
    >
      <table className="w-full text-13">
        <thead className="sticky top-0 bg-surface text-12 text-muted">
          <tr className="*:px-3 *:py-2 *:text-right *:font-normal *:whitespace-nowrap *:first:text-left">
            {columns.map(({ name, csvName }) => (
              <th key={csvName} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="num">
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows are nothing but their place
            <tr key={index} className="border-line border-t *:px-3 *:py-1.5 *:text-right *:whitespace-nowrap">
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.csvName} scope="row" className="text-left! font-normal">
                    {column.text(row)}
                  </th>
                ) : (
                  <td key={column.csvName}>{column.text(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
