/** The columns of the list, for its head, its rows and its skeleton alike; on a phone a row is two lines. */
export const rowGrid =
  'grid grid-cols-[minmax(0,1fr)_64px] items-center gap-x-4 px-4 md:grid-cols-[132px_minmax(0,1fr)_136px_76px] lg:grid-cols-[132px_minmax(0,1fr)_136px_76px_84px] xl:grid-cols-[144px_minmax(0,1fr)_204px_92px_64px_92px]'

export const ROW_HEIGHT_PX = 52
export const COMPACT_ROW_HEIGHT_PX = 32
export const NARROW_ROW_HEIGHT_PX = 92
