/** Where the person was in the list when leaving it for a monitor. */
export const listPlace: { scrollY: number; focusedKey: string | undefined; isFromEnd: boolean } = {
  scrollY: 0,
  focusedKey: undefined,
  isFromEnd: false,
}
