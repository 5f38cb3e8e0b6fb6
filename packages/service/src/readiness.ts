import { oneLine } from './main.ts'

/** Says in one sentence why the work is not being done, or nothing where it is. */
export type Complaint = () => Promise<string | undefined> | string | undefined

/** Whether a process does its work: not that a socket is open, but that what there is to do is being done. */
export interface Readiness {
  add(name: string, complaint: Complaint): void
  /** What is wrong, by name; empty where all is well. A look that does not end is a complaint of its own. */
  problems(): Promise<Readonly<Record<string, string>>>
}

const patienceMs = 3_000

export function createReadiness(): Readiness {
  const complaints = new Map<string, Complaint>()
  return {
    add: (name, complaint) => void complaints.set(name, complaint),
    async problems() {
      const found = await Promise.all(
        [...complaints].map(async ([name, complaint]) => [name, await within(complaint)] as const),
      )
      return Object.fromEntries(found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why]])))
    },
  }
}

async function within(complaint: Complaint): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${patienceMs} ms`), patienceMs)
  })
  try {
    return await Promise.race([complaint(), late])
  } catch (error) {
    return oneLine(error)
  } finally {
    clearTimeout(timer)
  }
}
