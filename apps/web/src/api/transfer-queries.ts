import type { importAnswerSchema } from '@repo/contracts/transfer'
import { request } from './request.ts'

export type ImportAnswer = ReturnType<typeof importAnswerSchema.parse>

export const exportPath = '/api/v1/workspace/export'
const importPath = '/api/v1/workspace/import'

/** A document, and what would be done with it. */
export interface Import {
  readonly document: object
  readonly outlook: ImportAnswer
}

/** Asks what would be done; what the workspace has already is passed over, so that a second time does no harm. */
export async function tryImport(exported: object): Promise<Import> {
  const document = { ...exported, skipExisting: true }
  const outlook = await request<ImportAnswer>(`${importPath}?dryRun=true`, { method: 'POST', body: document })
  return { document, outlook }
}

export const carryOutImport = ({ document }: Import) =>
  request<ImportAnswer>(importPath, { method: 'POST', body: document, idempotencyKey: crypto.randomUUID() })
