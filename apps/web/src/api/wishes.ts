import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'

/** A change of monitors that is shown before it is made. */
interface Wish {
  readonly ids: ReadonlySet<string>
  readonly change: (monitor: Monitor) => Monitor
}

/** What was wished and is not answered yet. */
const open = new Set<Wish>()
/** Of each reading that is under way: what its answer may not know yet. */
const readings = new Set<Set<Wish>>()

export interface Wished {
  /** It is so by now: whoever begins to read from here on hears of it. */
  grant(): void
  /** It was refused: what was there before is shown again. */
  takeBack(): void
}

type Lists = InfiniteData<MonitorPage, string>

/** Shows a change at once, and lets no answer paint it over that may have left before the change was made. */
export function showWish(client: QueryClient, ids: ReadonlySet<string>, change: Wish['change']): Wished {
  const wish = { ids, change }
  open.add(wish)
  for (const unaware of readings) unaware.add(wish)
  const before = new Map<string, Monitor>()
  changeShown(client, ids, (monitor) => {
    before.set(monitor.id, monitor)
    return change(monitor)
  })
  return {
    grant: () => open.delete(wish),
    takeBack() {
      open.delete(wish)
      for (const unaware of readings) unaware.delete(wish)
      changeShown(client, ids, (monitor) => before.get(monitor.id) ?? monitor)
    },
  }
}

/** Reads what is about monitors; `see` gives each of them what was wished before the answer could know of it. */
export async function readWished<Answer>(
  read: () => Promise<Answer>,
  see: (answer: Answer, wished: (monitor: Monitor) => Monitor) => Answer,
): Promise<Answer> {
  const unaware = new Set(open)
  readings.add(unaware)
  try {
    return see(await read(), (monitor) => withWishes(monitor, unaware))
  } finally {
    readings.delete(unaware)
  }
}

/** A monitor with all that is wished of it and not answered yet. */
export function withWishes(monitor: Monitor, wishes: ReadonlySet<Wish> = open): Monitor {
  let wished = monitor
  for (const { ids, change } of wishes) if (ids.has(monitor.id)) wished = change(wished)
  return wished
}

/** In every list, and on the page of a monitor. */
function changeShown(client: QueryClient, ids: ReadonlySet<string>, change: Wish['change']): void {
  const changed = (monitor: Monitor) => (ids.has(monitor.id) ? change(monitor) : monitor)
  client.setQueriesData<Lists>({ queryKey: ['monitors', 'list'] }, (data) => {
    if (!data) return data
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(changed) })) }
  })
  client.setQueriesData<Monitor>({ queryKey: ['monitors', 'one'] }, (monitor) => monitor && changed(monitor))
}
