export interface SuiteReport {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly failures: readonly { readonly where: string; readonly what: string }[]
}
export function readReport(xml: string): SuiteReport
