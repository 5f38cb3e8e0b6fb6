/**
 * What is read before the live channel tells anything. An answer names its place on that channel (`Live-Position`), taken
 * before it was read: where the channel goes on from there, the answer lacks nothing and need not be read a second time.
 */
export interface FirstReads {
  /** @returns what is told the place that the answer names, null where it names none, and undefined where nothing was read. */
  begin(): (position: string | null | undefined) => void
  /** From where the channel is to tell, for what has been read so far to lack nothing; undefined where that is not known. */
  oldest(): string | undefined
  /**
   * The channel begins after this id. Whoever reads from now on lacks nothing.
   *
   * @param onLacking Called where it comes out later that answers, which were on their way, lack something: once, after the last.
   * @returns whether what has been read may lack something.
   */
  meet(id: string, onLacking: () => void): boolean
  /** The channel told of what has this id, which an answer that is on its way may not know. */
  hear(id: string): void
}

interface Place {
  readonly epoch: string
  readonly number: number
}

export function createFirstReads(): FirstReads {
  let read: (Place | undefined)[] = []
  let heard: Place | undefined
  let onLate = () => {}
  let onTheirWay = 0
  let isLate = false

  const isMet = () => heard !== undefined
  const lacks = (place: Place | undefined, since: Place | undefined) =>
    !place || !since || place.epoch !== since.epoch || place.number < since.number

  function take(place: Place | undefined): void {
    if (!isMet()) read.push(place)
    else if (lacks(place, heard)) isLate = true
  }

  return {
    begin() {
      if (isMet()) return () => {}
      onTheirWay += 1
      return (position) => {
        onTheirWay -= 1
        if (position !== undefined) take(placeOf(position))
        if (onTheirWay > 0 || !isLate) return
        isLate = false
        onLate()
      }
    },
    oldest() {
      const [first] = read
      if (!first || read.some((place) => place?.epoch !== first.epoch)) return undefined
      return `${first.epoch}-${Math.min(...read.map((place) => place?.number ?? 0))}`
    },
    meet(id, onLacking) {
      // Another channel than the one that this was read for.
      if (isMet()) return true
      heard = placeOf(id)
      onLate = onLacking
      const isLacking = read.some((place) => lacks(place, heard))
      read = []
      return isLacking
    },
    hear(id) {
      if (isMet()) heard = placeOf(id)
    },
  }
}

/** An id of the channel: numbers of one epoch grow, and those of two say nothing about each other. */
function placeOf(id: string | null): Place | undefined {
  const [, epoch, number] = /^(.+)-(\d+)$/.exec(id ?? '') ?? []
  return epoch === undefined ? undefined : { epoch, number: Number(number) }
}

export const firstReads = createFirstReads()
