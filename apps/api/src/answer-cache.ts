import { gzipSync } from 'bun'

/** An answer that many may get: its bytes, plain and compressed, are made once. */
export interface KeptAnswer {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
  readonly etag: string
}

export interface AnswerCache {
  /**
   * The answer of this name for a workspace, `make` being asked for it where none is fresh. Whoever asks while it is being
   * made waits for that one.
   */
  get(workspaceId: string, name: string, make: () => Promise<unknown>): Promise<KeptAnswer>
  /** Something changed there: what was kept, and what is being made, is of the past. */
  forget(workspaceId: string): void
}

export interface AnswerCacheOptions {
  /** How long an answer may be given again where nobody said that it changed. */
  readonly freshMs?: number
  readonly maxBytes?: number
  /** Monotonic. */
  readonly nowMs?: () => number
}

interface Kept {
  readonly answer: Promise<KeptAnswer>
  readonly madeAtMs: number
  bytes: number
}

/** Answers of workspaces, as JSON. They are of whoever may read there, and hold nothing that only some of those may see. */
export function createAnswerCache({
  freshMs = 1_000,
  maxBytes = 67_108_864,
  nowMs = () => performance.now(),
}: AnswerCacheOptions = {}): AnswerCache {
  const workspaces = new Map<string, Map<string, Kept>>()
  let bytes = 0

  function drop(workspaceId: string, name: string, kept: Kept): void {
    const answers = workspaces.get(workspaceId)
    if (answers?.get(name) !== kept) return
    answers.delete(name)
    bytes -= kept.bytes
    if (answers.size === 0) workspaces.delete(workspaceId)
  }

  /** The workspace that was asked least recently goes first: a Map keeps the order in which its entries came. */
  function makeRoom(): void {
    for (const [workspaceId] of workspaces) {
      if (bytes <= maxBytes) return
      forget(workspaceId)
    }
  }

  function forget(workspaceId: string): void {
    for (const { bytes: size } of workspaces.get(workspaceId)?.values() ?? []) bytes -= size
    workspaces.delete(workspaceId)
  }

  return {
    forget,
    get(workspaceId, name, make) {
      const answers = workspaces.get(workspaceId) ?? new Map<string, Kept>()
      workspaces.delete(workspaceId)
      workspaces.set(workspaceId, answers)
      const known = answers.get(name)
      if (known && nowMs() - known.madeAtMs < freshMs) return known.answer
      if (known) bytes -= known.bytes
      const kept: Kept = { answer: make().then(toKept), madeAtMs: nowMs(), bytes: 0 }
      answers.set(name, kept)
      kept.answer.then(
        ({ plain, gzipped }) => {
          if (workspaces.get(workspaceId)?.get(name) !== kept) return
          kept.bytes = plain.byteLength + gzipped.byteLength
          bytes += kept.bytes
          makeRoom()
        },
        () => drop(workspaceId, name, kept),
      )
      return kept.answer
    },
  }
}

function toKept(value: unknown): KeptAnswer {
  const plain = new TextEncoder().encode(JSON.stringify(value))
  return { plain, gzipped: gzipSync(plain, { level: 3 }), etag: `"${Bun.hash(plain).toString(36)}"` }
}

/** The answer to one request: compressed for who can read that, and nothing at all for who has it already. */
export function answerFrom({ plain, gzipped, etag }: KeptAnswer, request: Request): Response {
  const headers = { etag, vary: 'accept-encoding, authorization, cookie', 'cache-control': 'private, no-cache' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const asGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  return new Response(asGzip ? gzipped : plain, {
    headers: { ...headers, 'content-type': 'application/json', ...(asGzip && { 'content-encoding': 'gzip' }) },
  })
}
