/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { callApi } from './alerts-furnish.ts'
import { seriousViolations } from './axe.ts'
import {
  dialogOf,
  keepAnswers,
  monitorNamed,
  openAs,
  openEdit,
  openFormGround,
  openNew,
} from './monitor-form-ground.ts'
import { takePicture } from './pictures.ts'

/** What becomes of the secrets of a monitor, and who may change what of one that is there (UX.md, S3). */

setDefaultTimeout(60_000)

const ground = openFormGround()

describe('a secret of a monitor', () => {
  const secrets = ['canary-token-1', 'canary-header-1', 'canary-header-2', 'canary-body-1', 'canary-password-1']

  test('is masked once it is saved, is replaced and removed, and never read again', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    const answers = keepAnswers(page)
    const dialog = await openNew(page)
    await dialog.getByText('Advanced').click()
    await dialog.getByLabel('URL').fill(`${ground.shop.url}secret`)
    await dialog.getByLabel('Name', { exact: true }).fill('secret')
    await dialog.getByLabel('Header to send along').fill('X-Token')
    await dialog.getByLabel('Its value').fill('canary-header-1')
    await dialog.getByLabel('Logs in with').selectOption({ label: 'bearer token' })
    await dialog.getByLabel('Token', { exact: true }).fill('canary-token-1')
    await dialog.getByRole('button', { name: 'Add monitor' }).click()
    await dialog.waitFor({ state: 'detached' })
    const { id } = await monitorNamed(page, 'secret')
    const sent = () => ground.shop.sent('/secret')?.headers
    await eventually('both were sent', async () => sent()?.get('authorization') === 'Bearer canary-token-1')
    expect(sent()?.get('x-token')).toBe('canary-header-1')

    const form = await openEdit(page, id)
    const header = form.getByRole('group', { name: 'Header X-Token' })
    await header.getByText('is set').waitFor()
    await header.getByRole('button', { name: 'Replace' }).click()
    await header.getByLabel('New value').fill('canary-header-2')
    await form.getByRole('group', { name: 'Bearer token' }).getByRole('button', { name: 'Remove' }).click()
    await form.getByText('is removed when this is saved').waitFor()
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await form.waitFor({ state: 'detached' })
    await callApi(page, 'POST', `/monitors/${id}/check`)
    await eventually('the new one is sent', async () => sent()?.get('x-token') === 'canary-header-2')
    expect(sent()?.get('authorization')).toBeNull()

    const again = await openEdit(page, id)
    await again.getByRole('group', { name: 'Header X-Token' }).getByText('is set').waitFor()
    expect(await again.getByRole('group', { name: 'Bearer token' }).count()).toBe(0)
    const seen = [await page.content(), await answers()].join()
    expect(seen).toContain('X-Token')
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('stays where it is left alone, whatever else of the monitor is changed', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    await page.goto('/monitors')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const answers = keepAnswers(page)
    const auth = { kind: 'basic', username: 'canary-user', password: 'canary-password-1' }
    const spec = { kind: 'http', url: `${ground.shop.url}kept`, method: 'POST', body: 'canary-body-1', auth }
    const { id } = await callApi<{ id: string }>(page, 'POST', '/monitors', { name: 'kept', spec })
    const form = await openEdit(page, id)
    await form.getByRole('group', { name: 'User name and password' }).waitFor()
    await form.getByRole('group', { name: 'Body of the request' }).getByRole('button', { name: 'Replace' }).click()
    await form.getByLabel('New value').fill('another body')
    await form.getByRole('button', { name: 'Keep it' }).click()
    await form.getByLabel('Fails after, in seconds').fill('7')
    await page.keyboard.press('ControlOrMeta+Enter')
    await form.waitFor({ state: 'detached' })
    await callApi(page, 'POST', `/monitors/${id}/check`)
    const expected = `Basic ${btoa('canary-user:canary-password-1')}`
    await eventually('both are sent', async () => {
      const sent = ground.shop.sent('/kept')
      return sent?.headers.get('authorization') === expected && sent.body === 'canary-body-1'
    })
    expect((await monitorNamed(page, 'kept')).spec).toMatchObject({
      timeoutMs: 7_000,
      auth: { password: { set: true } },
    })
    const seen = [await page.content(), await answers()].join()
    expect([...secrets, 'canary-user'].filter((secret) => seen.includes(secret))).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

describe('the form of a monitor that is there', () => {
  test('asks before what was typed is given up, by a key, a button or a way out', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    const { id } = await monitorNamed(page, 'there')
    const form = await openEdit(page, id)
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('')
    await page.keyboard.press('e')
    await form.getByLabel('Name', { exact: true }).fill('half a na')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await page.getByRole('button', { name: 'Keep editing' }).click()
    expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('half a na')
    await form.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await form.waitFor({ state: 'detached' })
    expect((await callApi<Monitor>(page, 'GET', `/monitors/${id}`)).name).toBe('there')
    expect(watched.offences).toEqual([])
  })

  test('has what is expected of a good answer in its fields, and leaves alone what has none', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    await page.goto('/monitors')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const assertions = [
      { kind: 'header', name: 'server', is: 'present' },
      { kind: 'body', is: 'contains', value: 'hello', ignoreCase: true, severity: 'degraded' },
      { kind: 'certificate', atLeastDays: 7 },
    ]
    const spec = { kind: 'http', url: `${ground.shop.url}expected`, expectedStatus: '200,301-302', assertions }
    const policy = { quorum: { kind: 'count' as const, count: 1 } }
    const body = { name: 'expected', spec: { ...spec, slowMs: { dns: 500, total: 900 } }, policy }
    const { id } = await callApi<{ id: string }>(page, 'POST', '/monitors', body)
    const form = await openEdit(page, id)
    const shown = async (label: string) => form.getByLabel(label).inputValue()
    expect(await shown('Good statuses')).toBe('200,301-302')
    expect(await shown('The page has the text')).toBe('hello')
    expect(await shown('Certificate lasts, in days')).toBe('7')
    expect(await shown('Degraded above, in ms')).toBe('900')
    expect(await shown('It is down when')).toBe('count')
    await form.getByText('1 more expectation has no field here, and stays as it is.').waitFor()

    await form.getByLabel('The page has the text').fill('goodbye')
    await form.getByLabel('JSON path that must be there').fill('$.status')
    await form.getByLabel('Certificate lasts, in days').fill('')
    await form.getByLabel('Good statuses').fill('2xx')
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await form.getByText(/not a set of statuses/).waitFor()
    await form.getByLabel('Good statuses').fill('200')
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await form.waitFor({ state: 'detached' })
    const saved = await callApi<Monitor>(page, 'GET', `/monitors/${id}`)
    expect(saved.spec).toMatchObject({
      expectedStatus: [{ from: 200, to: 200 }],
      slowMs: { dns: 500, total: 900 },
      assertions: [
        assertions[0],
        { ...assertions[1], value: 'goodbye' },
        { kind: 'json', at: '$.status', is: 'present' },
      ],
    })
    expect(saved.policy.quorum).toEqual(policy.quorum)
    expect(watched.offences).toEqual([])
  })

  test('says how fast an alert comes by the policies that choose this very monitor', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    const { id } = await monitorNamed(page, 'there')
    await page.goto('/monitors')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const { items } = await callApi<{ items: { id: string }[] }>(page, 'GET', '/alert-policies')
    for (const other of items) await callApi(page, 'DELETE', `/alert-policies/${other.id}`)
    const steps = [{ afterSeconds: 420, targets: [{ kind: 'everyone' }] }]
    const rule = { monitors: { kind: 'monitors', monitorIds: [id] }, topics: ['down'], steps }
    await callApi(page, 'POST', '/alert-policies', { name: 'this one', rule })
    const form = await openEdit(page, id)
    await form.getByText('7 min of it is what the alert policies wait before they tell anybody.').waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('a viewer', () => {
  const notYours = 'It takes the role member to change this. An owner or an admin can give it to you.'

  async function isRead(page: Page, button: string): Promise<void> {
    const dialog = dialogOf(page)
    await dialog.getByText(notYours).waitFor()
    const save = dialog.getByRole('button', { name: button })
    expect(await save.isDisabled()).toBe(true)
    const described = await save.getAttribute('aria-describedby')
    expect(await page.locator(`#${described}`).textContent()).toBe(notYours)
    expect(await dialog.locator('input:enabled, select:enabled').count()).toBe(0)
  }

  test('reads the form of a monitor, and of a new one, and is told why they change nothing', async () => {
    await using watched = await openAs(ground, ground.viewer)
    const { page } = watched
    await page.goto('/monitors')
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET' && !request.url().endsWith('/alert-delay')) asked.push(request.url())
    })
    await page.getByRole('button', { name: /Add monitor/ }).click()
    await isRead(page, 'Add monitor')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await page.getByRole('link', { name: 'there' }).click()
    await page.getByRole('button', { name: 'See settings' }).click()
    await page.getByRole('dialog', { name: 'Settings of there' }).waitFor()
    await isRead(page, 'Save')
    expect(await dialogOf(page).getByLabel('Checked every').inputValue()).toBe('60')
    expect(asked).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('comes to both by their addresses', async () => {
    await using watched = await openAs(ground, ground.viewer)
    const { page } = watched
    await page.goto(`/monitors?form=new&url=${encodeURIComponent('https://ground.shop.example/')}`)
    await isRead(page, 'Add monitor')
    expect(await dialogOf(page).getByLabel('URL').inputValue()).toBe('https://ground.shop.example/')
    await page.goto(`/monitors/${(await monitorNamed(page, 'there')).id}?form=edit`)
    await isRead(page, 'Save')
    expect(watched.offences).toEqual([])
  })
})

describe('the form', () => {
  const looks = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const))
  test.each(looks)('has no serious violation at %d px in %s, and does not scroll sideways', async (width, theme) => {
    const more = { colorScheme: theme, viewport: { width, height: width === 360 ? 740 : 860 } }
    await using watched = await openAs(ground, ground.owner, more)
    const { page } = watched
    await page.goto('/monitors')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const headers = [{ name: 'X-Token', value: 'canary-header-1' }]
    const auth = { kind: 'basic', username: 'canary-user', password: 'canary-password-1' }
    const name = `looks-${width}-${theme}`
    const spec = { kind: 'http', url: `${ground.shop.url}${name}`, headers, auth }
    const { id } = await callApi<{ id: string }>(page, 'POST', '/monitors', { name, spec })
    const form = await openEdit(page, id)
    await form.getByRole('group', { name: 'Header X-Token' }).getByRole('button', { name: 'Replace' }).click()
    await form.getByRole('group', { name: 'Header X-Token' }).getByLabel('New value').fill('new')
    await form
      .getByText(/Nothing yet|hangs on|While one of these/)
      .first()
      .waitFor()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    if (width === 1280) await takePicture(page, `edit-monitor-${theme}`)
    await using theirs = await openAs(ground, ground.viewer, more)
    await theirs.page.goto(`/monitors/${id}?form=edit`)
    await dialogOf(theirs.page)
      .getByText(/It takes the role member/)
      .waitFor()
    expect(await seriousViolations(theirs.page)).toEqual([])
    expect([...watched.offences, ...theirs.offences]).toEqual([])
  })
})
