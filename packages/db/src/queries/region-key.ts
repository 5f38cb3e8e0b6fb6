import { eq } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { region } from '../schema.ts'

/** No region has it. */
const NO_REGION = -1

/** The compact key of a region as somebody names it; of a region that nothing ever came from, a key without any tick. */
export async function findRegionKey(sql: Sql, name: string): Promise<number> {
  const [row] = await sql.select({ key: region.regionKey }).from(region).where(eq(region.name, name))
  return row?.key ?? NO_REGION
}
