/** Stands in for the dashboard: says where it listens, then something else, and dies when asked to. */
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  fetch: (request) => {
    if (new URL(request.url).pathname === '/die') process.kill(process.pid, 'SIGKILL')
    return new Response(`${process.pid}`)
  },
})
console.log(JSON.stringify({ port: server.port }))
console.error('words of no particular form')
