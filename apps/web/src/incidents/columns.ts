/** The columns of the list, for its head, its rows and its skeleton alike; on a phone a row is three lines. */
export const rowGrid =
  'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 md:grid-cols-[124px_minmax(0,1fr)_104px_92px_112px] lg:grid-cols-[124px_minmax(0,1fr)_120px_112px_112px]'
