import { parseRegion, type Region } from '@repo/domain/region'
import { asc, inArray } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { region } from '../schema.ts'

export type RegionKeys = ReadonlyMap<Region, number>

export function keyOfRegion(regionKeys: RegionKeys, region: Region): number {
  const key = regionKeys.get(region)
  if (key === undefined) throw new Error(`no key for region ${region}`)
  return key
}

/** The compact keys of regions; a region that is seen for the first time gets one. */
export async function getRegionKeys(sql: Sql, names: readonly Region[]): Promise<RegionKeys> {
  const known = await findRegionKeys(sql, names)
  // In one order for all who add some at once, so that none waits for another.
  const missing = names.filter((name) => !known.has(name)).sort()
  if (missing.length === 0) return known
  await sql
    .insert(region)
    .values(missing.map((name) => ({ name })))
    .onConflictDoNothing()
  return findRegionKeys(sql, names)
}

export async function listRegions(sql: Sql): Promise<Region[]> {
  const rows = await sql.select({ name: region.name }).from(region).orderBy(asc(region.name))
  return rows.map((row) => parseRegion(row.name))
}

async function findRegionKeys(sql: Sql, names: readonly Region[]): Promise<Map<Region, number>> {
  if (names.length === 0) return new Map()
  const rows = await sql
    .select()
    .from(region)
    .where(inArray(region.name, [...names]))
  return new Map(rows.map((row) => [parseRegion(row.name), row.regionKey]))
}
