import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import type { Sql } from '@repo/db/database'
import {
  countSealedRows,
  findSealedRow,
  loadSealedPage,
  replaceSealed,
  type SealedColumn,
  type SealedRow,
  sealedColumns,
} from '@repo/db/queries/sealed-texts'
import { type Keyring, SecretError } from '@repo/secrets/keyring'
import { isSealed, keyIdOf, missingSecret } from '@repo/secrets/sealed-text'

/** How many texts are sealed with which key; `''` stands for those that are not sealed. */
export type KeyCounts = ReadonlyMap<string, number>

export interface Rewrapped {
  /** Rows that were changed, or would be. */
  readonly changed: number
  readonly looked: number
  /** What could not be rewrapped, by why. Nothing of it was touched. */
  readonly failures: ReadonlyMap<string, number>
}

export interface RewrapOptions {
  readonly keyring: Keyring
  readonly dryRun: boolean
  readonly onProgress: (looked: number, of: number) => void
}

const PAGE = 500
const AT_ONCE = 8
const ATTEMPTS = 5

/**
 * Brings every sealed text of the database under the newest key, and seals what is not sealed yet. Each row is a step of its
 * own: whoever is interrupted begins anew, and passes by what is done. Nothing stands still meanwhile: a row that somebody
 * changes in between is looked at again.
 */
export async function rewrapAll(sql: Sql, options: RewrapOptions): Promise<Rewrapped> {
  const failures = new Map<string, number>()
  const total = await countRows(sql)
  let [looked, changed] = [0, 0]
  for (const column of sealedColumns) {
    for await (const page of pagesOf(sql, column)) {
      for (let from = 0; from < page.length; from += AT_ONCE) {
        const rows = page.slice(from, from + AT_ONCE)
        const outcomes = await Promise.all(rows.map((row) => rewrapRow(sql, { column, row }, options)))
        for (const outcome of outcomes) {
          if (outcome === 'changed') changed += 1
          else if (outcome !== 'same') failures.set(outcome.failed, (failures.get(outcome.failed) ?? 0) + 1)
        }
      }
      looked += page.length
      options.onProgress(looked, total)
    }
  }
  return { changed, looked, failures }
}

export async function countByKey(sql: Sql): Promise<KeyCounts> {
  const counts = new Map<string, number>()
  const count = (sealed: string) => {
    const id = keyIdOf(sealed) ?? ''
    counts.set(id, (counts.get(id) ?? 0) + 1)
    return sealed
  }
  for (const column of sealedColumns) {
    for await (const page of pagesOf(sql, column)) for (const row of page) changeTexts(column, row, count)
  }
  return counts
}

async function countRows(sql: Sql): Promise<number> {
  const counts = await Promise.all(sealedColumns.map((column) => countSealedRows(sql, column)))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function* pagesOf(sql: Sql, column: SealedColumn): AsyncGenerator<SealedRow[]> {
  for (let after: string | undefined; ; ) {
    const page = await loadSealedPage(sql, column, { after, limit: PAGE })
    yield page
    after = page.at(-1)?.key
    if (page.length < PAGE) return
  }
}

type RowOutcome = 'changed' | 'same' | { readonly failed: string }

interface Place {
  readonly column: SealedColumn
  readonly row: SealedRow
}

async function rewrapRow(sql: Sql, place: Place, { keyring, dryRun }: RewrapOptions): Promise<RowOutcome> {
  const { column } = place
  let row: SealedRow | undefined = place.row
  for (let attempt = 0; row && attempt < ATTEMPTS; attempt += 1) {
    try {
      const before = row.text
      const after = changeTexts(column, row, (one, context) => rewrapped(keyring, one, context))
      if (after === before) return 'same'
      if (dryRun || (await replaceSealed(sql, column, { key: row.key, before, after }))) return 'changed'
    } catch (error) {
      if (error instanceof SecretError) return { failed: error.message }
      throw error
    }
    row = await findSealedRow(sql, column, row.key)
  }
  return row ? { failed: 'somebody changes it all the time' } : 'same'
}

/** A plain text has to know its place before it can be sealed. */
function rewrapped(keyring: Keyring, one: string, context: string | undefined): string {
  if (isSealed(one)) return keyring.rewrap(one)
  return context === undefined ? one : keyring.seal(one, context)
}

type ChangeText = (text: string, context: string | undefined) => string

/** What a row holds with its sealed texts changed: the very same text where nothing changes. */
function changeTexts({ type }: SealedColumn, { text, workspaceId }: SealedRow, changeSet: ChangeText): string {
  // Where nothing is set there is nothing to seal.
  const change: ChangeText = (one, context) => (one === missingSecret ? one : changeSet(one, context))
  if (type === 'text') return isSealed(text) ? change(text, undefined) : text
  const spec = storedSpecSchema.safeParse(JSON.parse(text))
  // What nobody can read any more may still hold what somebody has the key of.
  if (!spec.success || workspaceId === undefined)
    return text.replaceAll(SEALED_IN_JSON, (one) => change(one, undefined))
  const changed = mapSecrets(spec.data, (secret, place) => change(String(secret), secretContext(workspaceId, place)))
  return changed === spec.data ? text : JSON.stringify(changed)
}

const SEALED_IN_JSON = /(?<=")sealed\.v1\.[\w.-]+(?=")/g
