/**
 * Asks one server for one thing over and over, by as many connections as it is told. Prints `ready`, and answers each line
 * `run <url> <connections> <milliseconds> <token>` with a report as JSON. A second pair of words, `sign-in <url> <connections>
 * <milliseconds> <usernames, comma-separated>`, signs people in instead; a third, `each <url>
 * <connections> <milliseconds> <count>`, asks for `<url>/0` to `<url>/<count - 1>` in turns.
 */
console.log('ready')
for await (const line of console) {
  const [what = '', url = '', connections = '1', milliseconds = '1000', rest = ''] = line.split(' ')
  const names = rest.split(',')
  let turn = 0
  const ways: Record<string, (place: number) => Promise<Response>> = {
    run: () => fetch(url, { headers: { authorization: `Bearer ${rest}` } }),
    each: () => fetch(`${url}/${turn++ % Number(rest)}`),
    'sign-in': (place) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: names[place % names.length], password: 'correct horse battery' }),
      }),
  }
  const ask = ways[what]
  if (!ask) throw new Error(`nothing is meant by "${what}"`)
  console.log(JSON.stringify(await load(ask, Number(connections), Number(milliseconds))))
}

async function load(ask: (place: number) => Promise<Response>, connections: number, milliseconds: number) {
  const endsAtMs = performance.now() + milliseconds
  const tookMs: number[] = []
  const statuses: Record<string, number> = {}
  let bytes = 0
  const beganAtMs = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async (_, place) => {
      while (performance.now() < endsAtMs) {
        const askedAtMs = performance.now()
        const answer = await ask(place)
        bytes += (await answer.arrayBuffer()).byteLength
        tookMs.push(performance.now() - askedAtMs)
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      }
    }),
  )
  const elapsedMs = performance.now() - beganAtMs
  tookMs.sort((a, b) => a - b)
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0
  return {
    answers: tookMs.length,
    perSecond: (1_000 * tookMs.length) / elapsedMs,
    bytesEach: bytes / Math.max(1, tookMs.length),
    statuses,
    ...{ p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) },
  }
}

export {}
