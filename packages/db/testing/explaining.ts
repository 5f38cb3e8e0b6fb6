import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'

/** A node of a plan, as `explain (analyze, format json)` gives it. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** A table that was read: by which index, and how many of its rows, those included that were not wanted. */
export interface Reading {
  readonly table: string
  readonly index: string
  readonly rows: number
}

/** The same connections, but what is asked of them is explained before it is answered. */
export function explaining(sql: Sql, look: (plan: PlanNode) => void): Sql {
  const execute = async (query: SQL) => {
    const { rows } = await sql.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      text`explain (analyze, format json) ${query}`,
    )
    for (const row of rows) look(row['QUERY PLAN'][0].Plan)
    return sql.execute(query)
  }
  return new Proxy(sql, { get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name)) })
}

/** Whatever was really read in a plan. */
export function readingsIn(plan: PlanNode): Reading[] {
  const {
    'Relation Name': table,
    'Index Name': index = plan['Node Type'],
    'Rows Removed by Filter': removed = 0,
    Plans = [],
  } = plan
  const rows = Math.round((plan['Actual Rows'] + removed) * plan['Actual Loops'])
  return [...(table && rows > 0 ? [{ table, index, rows }] : []), ...Plans.flatMap(readingsIn)]
}
