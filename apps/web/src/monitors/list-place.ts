/** Where the person was in the list when leaving it for a monitor. */
export const listPlace: { scrollY: number; focusedId: string | undefined } = { scrollY: 0, focusedId: undefined }
