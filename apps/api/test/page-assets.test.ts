import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { StatusPage } from '@repo/contracts/status-pages'
import { addStatusPage } from '@repo/db/testing/status-pages'
import sharp from 'sharp'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

async function json<Body = StatusPage>(path: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(path, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

async function ground() {
  const { token, workspaceId } = await api.addPerson()
  const { id } = await addStatusPage(api.deps.sql, { workspaceId })
  return { token, id, path: `/api/v1/status-pages/${id}` }
}

const passwordHashOf = async (id: string) =>
  (
    await api.deps.sql.execute<{ hash: string | null }>(
      `select password_hash as hash from status_page where id = '${id}'`,
    )
  ).rows[0]?.hash

describe('the password of a page', () => {
  test('is kept as argon2id, and shown to nobody', async () => {
    const { token, id, path } = await ground()
    const password = 'correct horse battery'
    const page = await json(`${path}/password`, { token, method: 'PUT', body: { password } })
    expect(page).toMatchObject({ hasPassword: true, version: 2 })
    const hash = (await passwordHashOf(id)) ?? ''
    expect(hash).toStartWith('$argon2id$')
    expect(await Bun.password.verify(password, hash)).toBeTrue()
    const audit = await json<object>(`/api/v1/audit?subjectId=${id}`, { token })
    expect(JSON.stringify([page, audit])).not.toContain(password)
    expect(JSON.stringify([page, audit])).not.toContain('argon2')
    expect(await json(`${path}/password`, { token, method: 'DELETE' })).toMatchObject({ hasPassword: false })
    expect(await passwordHashOf(id)).toBeNull()
  })

  test('is as long as one of an account', async () => {
    const { token, path } = await ground()
    const answer = await api.ask(`${path}/password`, { token, method: 'PUT', body: { password: 'short' } })
    expect((await problemOf(answer)).errors?.[0]?.field).toBe('password')
  })

  test('is needed where the page asks for one', async () => {
    const { token, path } = await ground()
    const content = { title: 'Shop', sections: [], access: { kind: 'password' } }
    await json(path, { token, method: 'PATCH', body: { content } })
    const publish = { token, method: 'POST' }
    expect(await refusalOf(await api.ask(`${path}/publish`, publish))).toBe('409 password_needed')
    await json(`${path}/password`, { token, method: 'PUT', body: { password: 'correct horse battery' } })
    await json(`${path}/publish`, publish)
    const remove = { token, method: 'DELETE' }
    expect(await refusalOf(await api.ask(`${path}/password`, remove))).toBe('409 password_needed')
  })
})

type Kind = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff'
const imageOf = async (width: number, height: number, kind: Kind = 'png') =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: '#8e2f76' } })
      .withMetadata({ exif: { IFD0: { Copyright: 'secret-canary' } } })
      .toFormat(kind)
      .toBuffer(),
  )

describe('the logo of a page', () => {
  const put = (token: string, body: Uint8Array<ArrayBuffer> | string, type = 'image/png') => ({
    ...{ token, method: 'PUT', body },
    headers: { 'content-type': type },
  })

  test.each<[Kind, number, number, number, number]>([
    ['png', 100, 50, 100, 50],
    ['jpeg', 1_000, 1_000, 512, 512],
    ['webp', 4_096, 100, 2_048, 50],
  ])('is drawn anew from a %s of %d × %d', async (kind, width, height, shownWidth, shownHeight) => {
    const { token, path } = await ground()
    const sent = await imageOf(width, height, kind)
    const page = await json(`${path}/logo`, put(token, sent, `image/${kind}`))
    expect(page.logo).toMatch(/^[0-9a-f]{32}$/)
    expect(page.version).toBe(2)
    const answer = await api.ask(`${path}/logo`, { token })
    expect(answer.headers.get('content-type')).toBe('image/png')
    const shown = new Uint8Array(await answer.arrayBuffer())
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'png', width: shownWidth, height: shownHeight })
    expect(Buffer.from(sent).toString('latin1')).toContain('secret-canary')
    expect(Buffer.from(shown).toString('latin1')).not.toContain('secret-canary')
    const other = await json(`${path}/logo`, put(token, await imageOf(10, 10)))
    expect(other.logo).not.toBe(page.logo)
    expect(await json(`${path}/logo`, { token, method: 'DELETE' })).toMatchObject({ logo: null })
  })

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
  const refusedImages: [what: string, sent: () => Promise<Uint8Array<ArrayBuffer> | string>][] = [
    ['a vector that says it is a picture', async () => svg],
    [
      'a vector behind the beginning of a picture',
      async () => new Uint8Array(Buffer.from(`\u0089PNG\r\n\u001a\n${svg}`, 'latin1')),
    ],
    ['a half of a picture', async () => (await imageOf(400, 400)).slice(0, 300)],
    ['one of another format', () => imageOf(9, 9, 'gif')],
    ['one of too many pixels', () => imageOf(4_097, 1)],
    ['nothing', async () => ''],
  ]
  test.each(refusedImages)('is not %s', async (_what, sent) => {
    const { token, path } = await ground()
    expect(await refusalOf(await api.ask(`${path}/logo`, put(token, await sent())))).toBe('400 invalid_body')
  })

  const form = (name: string, file: Blob | string) => {
    const body = new FormData()
    body.set(name, file)
    return new Response(body)
  }
  /** As a browser sends it. */
  const formOf = async (token: string, name: string, file: Blob | string) => {
    const sent = form(name, file)
    const type = sent.headers.get('content-type') ?? ''
    return put(token, new Uint8Array(await sent.arrayBuffer()), type)
  }

  test('may come in a form', async () => {
    const { token, path } = await ground()
    const file = new File([await imageOf(100, 50)], 'logo.png', { type: 'image/png' })
    expect((await json(`${path}/logo`, await formOf(token, 'logo', file))).logo).toMatch(/^[0-9a-f]{32}$/)
    const shown = new Uint8Array(await (await api.ask(`${path}/logo`, { token })).arrayBuffer())
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'png', width: 100, height: 50 })
  })

  test.each<[what: string, name: string, file: Blob | string, refusal: string]>([
    ['in another field', 'picture', new File(['x'], 'logo.png', { type: 'image/png' }), '400 invalid_body'],
    ['as a text', 'logo', 'x', '400 invalid_body'],
    ['as a vector', 'logo', new File([svg], 'logo.svg', { type: 'image/svg+xml' }), '400 invalid_body'],
    ['as a vector that says it is a picture', 'logo', new File([svg], 'l', { type: 'image/png' }), '400 invalid_body'],
  ])('does not come in a form %s', async (_what, name, file, refusal) => {
    const { token, path } = await ground()
    expect(await refusalOf(await api.ask(`${path}/logo`, await formOf(token, name, file)))).toBe(refusal)
  })

  test('does not come in a form that is none', async () => {
    const { token, path } = await ground()
    const answer = await api.ask(`${path}/logo`, put(token, svg, 'multipart/form-data; boundary=x'))
    expect(await refusalOf(answer)).toBe('400 invalid_body')
  })

  test('is no vector, and of no type that a form can send', async () => {
    const { token, path } = await ground()
    for (const type of ['image/svg+xml', 'text/plain', 'multipart/form-data'])
      expect(await refusalOf(await api.ask(`${path}/logo`, put(token, svg, type)))).toBe('415 unsupported_media_type')
  })

  test('has a megabyte at most', async () => {
    const { token, path } = await ground()
    const answer = await api.ask(`${path}/logo`, put(token, new Uint8Array(1_048_577)))
    expect(await refusalOf(answer)).toBe('413 too_large')
  })
})
