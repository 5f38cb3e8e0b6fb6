import type { Sql } from '@repo/db/database'
import { enqueueEvents, type OutboxEvent } from '@repo/db/queries/outbox'
import { lockFacts, type NewFact, saveKnownFacts } from '@repo/db/queries/watched-facts'
import { type FactNews, followFact, type KnownFact } from '@repo/domain/watched-fact'
import type { SeenFact } from './fact-memory.ts'

/** Notices what ends soon and what is another than before, and writes down that people are to be told: once, whoever saw it. */
export async function saveFacts(tx: Sql, seen: readonly SeenFact[], nowMs: number): Promise<void> {
  if (seen.length === 0) return
  const { present, facts } = await lockFacts(tx, [...new Set(seen.map((one) => one.monitorKey))])
  const stored = new Map<string, readonly KnownFact[]>(facts.map((one) => [`${one.monitorKey}/${one.kind}`, one.known]))
  const changed = new Map<string, NewFact>()
  const events: OutboxEvent[] = []
  for (const { monitorKey, fact } of seen) {
    if (!present.has(monitorKey)) continue
    const key = `${monitorKey}/${fact.kind}`
    const before = stored.get(key) ?? []
    const { known, news } = followFact(before, fact, nowMs)
    if (known === before) continue
    stored.set(key, known)
    changed.set(key, { monitorKey, kind: fact.kind, known, expiresAtMs: fact.expiresAtMs, changedAtMs: nowMs })
    events.push(...news.map((one) => toEvent(monitorKey, one)))
  }
  await saveKnownFacts(tx, [...changed.values()])
  await enqueueEvents(tx, events)
}

function toEvent(monitorKey: number, { kind, shown, before, expiresAtMs }: FactNews): OutboxEvent {
  return { monitorKey, incidentId: null, event: 'warning', body: { kind, shown, before, expiresAtMs } }
}
