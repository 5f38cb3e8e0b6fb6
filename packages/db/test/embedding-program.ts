import { openEmbeddedPostgres } from '../src/embedded.ts'

/** A program that opens the cluster in a directory, says the server's number, and then stays. */
const [dataDirectory = ''] = process.argv.slice(2)
const server = await openEmbeddedPostgres({ dataDirectory, password: 'secret', onProgress: () => {} })
process.stdout.write(`${server.pid}\n`)
setInterval(() => {}, 1_000)
