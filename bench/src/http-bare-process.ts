/** The least that could do it: `Bun.serve` with the same bytes. Takes their number, prints its port. */
const body = 'x'.repeat(Number(process.argv[2] ?? 0))
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: () => new Response(body, { headers: { 'content-type': 'application/json' } }),
})
console.log(server.port)
