import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { domainCheckSchema } from '@repo/contracts/page-assets'
import type { StatusPage } from '@repo/contracts/status-pages'
import { listPublishedMarks, readPublishedPages } from '@repo/db/queries/public-pages'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import { type DnsAnswer, type DnsServerDouble, rcodes, startDnsServer } from '@repo/probes/testing/dns-server'
import { createTxtResolver } from '@repo/public-page/domain-proof'
import type { z } from 'zod'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
let names: DnsServerDouble
/** What the name server says of each name. */
const answers = new Map<string, DnsAnswer>()
beforeAll(async () => {
  names = await startDnsServer(({ name }) => answers.get(name) ?? { rcode: rcodes.nxDomain })
  api = await openApi({ resolveTxt: createTxtResolver([names.address]) })
}, 30_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await names.stop()
})

async function json<Body = StatusPage>(path: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(path, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

async function ground(domain = `${crypto.randomUUID().slice(0, 8)}.example.org`) {
  const { token, workspaceId } = await api.addPerson()
  const { id } = await addPublishedPage(api.deps.sql, { workspaceId })
  const path = `/api/v1/status-pages/${id}/domain`
  const page = await json(path, { token, method: 'PUT', body: { domain } })
  const proof = page.domain?.proof
  if (!proof) throw new Error('the page has no name')
  const check = () => json<z.output<typeof domainCheckSchema>>(`${path}/check`, { token, method: 'POST' })
  const say = (...texts: string[]) =>
    answers.set(proof.name, { answers: texts.map((data) => ({ type: 'TXT' as const, name: proof.name, data })) })
  return { token, id, path, domain, page, proof, check, say }
}

/** The name under which outsiders find a page. */
async function shown(id: StatusPage['id']) {
  const ids = [...(await listPublishedMarks(api.deps.sql)).keys()].filter((one) => one === id)
  return (await readPublishedPages(api.deps.sql, ids))[0]?.domain
}

describe('a name of its own', () => {
  test('says what is to be set, where and for what', async () => {
    const { domain, page } = await ground()
    expect(page.domain).toMatchObject({
      name: domain,
      proof: {
        type: 'TXT',
        name: `_betteruptime.${domain}`,
        value: expect.stringMatching(/^betteruptime-site=[0-9a-f]{32}$/),
      },
      pointer: { type: 'CNAME', name: domain, value: 'uptime.example.com' },
      verifiedAt: null,
      checkedAt: null,
    })
  })

  test('is the page’s once the record is there, and says until then what was found', async () => {
    const { id, domain, proof, check, say } = await ground()
    expect(await check()).toMatchObject({ status: 'pending', problem: 'no_record', found: [] })
    say('v=spf1 -all', 'betteruptime-site=of-another')
    const found = ['v=spf1 -all', 'betteruptime-site=of-another']
    expect(await check()).toMatchObject({ status: 'failed', problem: 'other_text', found })
    expect(await shown(id)).toBeNull()
    say('v=spf1 -all', proof.value)
    const verifiedAt = new Date(api.deps.clock.nowMs()).toISOString()
    expect(await check()).toMatchObject({ status: 'verified', problem: null, domain: { verifiedAt, problem: null } })
    expect(await shown(id)).toBe(domain)
  })

  test('is not known where nobody answers for it', async () => {
    const { proof, check } = await ground()
    answers.set(proof.name, { rcode: rcodes.servFail })
    expect(await check()).toMatchObject({ status: 'failed', problem: 'no_answer' })
  })

  test('is one page’s of the instance, of whoever shows first that it is theirs', async () => {
    const one = await ground()
    const other = await ground(one.domain)
    one.say(one.proof.value, other.proof.value)
    expect(await one.check()).toMatchObject({ status: 'verified' })
    expect(await other.check()).toMatchObject({ status: 'failed', problem: 'taken' })
    expect([await shown(one.id), await shown(other.id)]).toEqual([one.domain, null])
  })

  test('is to be shown anew where it is another one, and not where it is the same', async () => {
    const { id, token, path, domain, proof, check, say } = await ground()
    say(proof.value)
    await check()
    const same = await json(path, { token, method: 'PUT', body: { domain: domain.toUpperCase() } })
    expect(same.domain).toMatchObject({ name: domain, proof, verifiedAt: expect.any(String) })
    const changed = await json(path, { token, method: 'PUT', body: { domain: `other-${domain}` } })
    expect(changed.domain).toMatchObject({ name: `other-${domain}`, verifiedAt: null })
    expect(changed.domain?.proof.value).not.toBe(proof.value)
    expect(await shown(id)).toBeNull()
    expect((await json(path, { token, method: 'DELETE' })).domain).toBeNull()
    expect(await refusalOf(await api.ask(`${path}/check`, { token, method: 'POST' }))).toBe('404 not_found')
  })

  test.each(['192.0.2.1', '::1', 'localhost', 'uptime.example.com', 'https://a.example', 'a b.example', ''])(
    'is not %s',
    async (domain) => {
      const { token, path } = await ground()
      const answer = await api.ask(path, { token, method: 'PUT', body: { domain } })
      expect((await problemOf(answer)).errors?.[0]?.field).toBe('domain')
    },
  )
})
