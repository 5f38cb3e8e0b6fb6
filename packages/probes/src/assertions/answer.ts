import type { Certificate, Phases } from '@repo/domain/outcome'
import type { HeaderFields } from '../http/header-fields.ts'

/** What assertions are made about. */
export interface Answer {
  readonly status: number
  readonly fields: HeaderFields
  readonly phases: Phases
  /** Of the whole body, as far as it was read. */
  readonly bodyBytes: number
  readonly body: AnswerBody | null
  readonly certificate: Certificate | null
  readonly nowMs: number
}

export interface AnswerBody {
  readonly text: string
  readonly bytes: Buffer
  /** True where only the beginning was kept. */
  readonly isCut: boolean
}
