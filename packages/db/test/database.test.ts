import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { sql as text } from 'drizzle-orm'
import { openDatabase } from '../src/database.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'

let database: TestDatabase
let link: Server
let silent = false
let held = 0
beforeAll(async () => {
  database = await openTestDatabase()
  const { hostname, port } = new URL(database.url)
  // A way to the database on which nothing comes through any more, and nobody is told.
  link = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    client.on('data', (chunk) => {
      if (silent) held += 1
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => client.write(chunk))
    for (const side of [client, upstream]) side.on('error', () => {})
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => link.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  link.close()
  await database[Symbol.asyncDispose]()
})

describe('the connections to a database', () => {
  test('are given up within a second, although one of them died in the middle of a query', async () => {
    const url = new URL(database.url)
    url.host = `127.0.0.1:${(link.address() as AddressInfo).port}`
    const errors: Error[] = []
    const opened = openDatabase(url.href, { connections: 1, onError: (error) => errors.push(error) })
    await opened.sql.execute(text`select 1`)
    silent = true
    const query = opened.sql.execute(text`select 2`).then(
      () => 'answered',
      () => 'rejected',
    )
    while (held === 0) await Bun.sleep(5)
    await opened[Symbol.asyncDispose]()
    expect(await query).toBe('rejected')
  }, 5_000)
})
