// The same work in Node, for comparison: told "milliseconds" on a line, it answers how many requests it has completed.
import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'

const [url, concurrency] = [process.argv[2], Number(process.argv[3])]
const client = url.startsWith('https:') ? https : http

function ask() {
  return new Promise((resolve, reject) => {
    const request = client.get(url, { agent: false, rejectUnauthorized: false }, (response) => {
      response.resume()
      response.on('end', resolve)
    })
    request.on('error', reject)
  })
}

async function work(ms) {
  const deadlineMs = performance.now() + ms
  let count = 0
  const lane = async () => {
    while (performance.now() < deadlineMs) {
      await ask()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return count
}

for await (const line of createInterface({ input: process.stdin })) console.log(await work(Number(line)))
