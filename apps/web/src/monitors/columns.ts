'use client'
import { useMediaCount } from '../media.ts'

/** The columns of the list, for its head, its rows and its skeleton alike; on a phone a row is two lines. */
export const rowGrid =
  'grid grid-cols-[minmax(0,1fr)_72px] items-center gap-x-4 px-4 md:grid-cols-[132px_minmax(0,1fr)_136px_80px] lg:grid-cols-[132px_minmax(0,1fr)_136px_80px_64px] xl:grid-cols-[132px_minmax(0,1fr)_156px_80px_80px_60px_84px] 2xl:grid-cols-[140px_minmax(0,1fr)_204px_80px_80px_64px_72px_64px_56px_88px]'

/** From which width on a column has room: in what is drawn before the screen is known. */
export const fromWidth = { lg: 'max-lg:hidden', xl: 'max-xl:hidden', '2xl': 'max-2xl:hidden' } as const

/** The same widths, by how many of them the screen has; the first is that of a row of one line. */
const widths = ['(min-width: 768px)', '(min-width: 1024px)', '(min-width: 1200px)', '(min-width: 1440px)']
export const roomFor = { lg: 2, xl: 3, '2xl': 4 } as const

/** For how many columns there is room, as `roomFor` counts them: a row has no cell that nobody sees. */
export function useRoom(): number {
  return useMediaCount(widths, widths.length)
}

export const ROW_HEIGHT_PX = 52
export const COMPACT_ROW_HEIGHT_PX = 32
/** No lower than a finger needs. */
export const TOUCHED_COMPACT_ROW_HEIGHT_PX = 44
export const NARROW_ROW_HEIGHT_PX = 92
