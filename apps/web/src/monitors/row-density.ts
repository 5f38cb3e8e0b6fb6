import { createObservable } from '../observable.ts'

/** Of the rows of the list, where the screen is wide; this browser keeps it. */
export type Density = 'comfortable' | 'compact'

const DENSITY_KEY = 'rows'

export const density = createObservable<Density>(readDensity())

function readDensity(): Density {
  try {
    return typeof localStorage !== 'undefined' && localStorage.getItem(DENSITY_KEY) === 'compact'
      ? 'compact'
      : 'comfortable'
  } catch {
    return 'comfortable'
  }
}

export function chooseDensity(chosen: Density): void {
  try {
    localStorage.setItem(DENSITY_KEY, chosen)
  } catch {
    // Kept for this visit only.
  }
  density.set(chosen)
}
