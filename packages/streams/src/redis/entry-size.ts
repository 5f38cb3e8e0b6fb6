import { streamLimits } from '../limits.ts'

/** How many entries to ask for where so many messages are wanted: what they carry shows when they are here. */
export interface EntrySize {
  entriesFor(messages: number): number
  learn(read: { readonly messages: number; readonly entries: number }): void
}

export function createEntrySize(): EntrySize {
  let messagesPerEntry: number = streamLimits.messagesPerEntry
  return {
    entriesFor: (messages) => Math.min(Math.ceil(messages / messagesPerEntry), streamLimits.entriesPerRead),
    // Few entries of one message are soon made up for by another read; many of a lot would be withheld from the other
    // consumers. So the larger ones are believed at once, and the smaller ones when they have come for a while.
    learn({ messages, entries }) {
      if (entries === 0) return
      const observed = messages / entries
      messagesPerEntry = Math.max(1, observed, messagesPerEntry * 0.9 + observed * 0.1)
    },
  }
}
