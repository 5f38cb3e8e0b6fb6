export type Comparison = 'equals' | 'not-equals' | 'less' | 'at-most' | 'greater' | 'at-least'

export function compares(actual: number, is: Comparison, expected: number): boolean {
  switch (is) {
    case 'equals':
      return actual === expected
    case 'not-equals':
      return actual !== expected
    case 'less':
      return actual < expected
    case 'at-most':
      return actual <= expected
    case 'greater':
      return actual > expected
    case 'at-least':
      return actual >= expected
  }
}

export const comparisonWords: Readonly<Record<Comparison, string>> = {
  equals: 'exactly',
  'not-equals': 'anything but',
  less: 'less than',
  'at-most': 'at most',
  greater: 'more than',
  'at-least': 'at least',
}
