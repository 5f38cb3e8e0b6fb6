/** The columns of the list, for its head, its rows and its skeleton alike; on a phone a row is two lines. */
export const rowGrid =
  'grid grid-cols-[minmax(0,1fr)_72px] items-center gap-x-4 px-4 md:grid-cols-[132px_minmax(0,1fr)_136px_80px] lg:grid-cols-[132px_minmax(0,1fr)_136px_80px_64px] xl:grid-cols-[132px_minmax(0,1fr)_156px_80px_80px_60px_84px] 2xl:grid-cols-[140px_minmax(0,1fr)_204px_80px_80px_64px_72px_64px_56px_88px]'

/** From which width on a column has room. */
export const fromWidth = { lg: 'max-lg:hidden', xl: 'max-xl:hidden', '2xl': 'max-2xl:hidden' } as const

export const ROW_HEIGHT_PX = 52
export const COMPACT_ROW_HEIGHT_PX = 32
export const NARROW_ROW_HEIGHT_PX = 92
