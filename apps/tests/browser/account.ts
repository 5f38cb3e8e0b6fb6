import type { Page } from 'playwright-core'

export interface Account {
  readonly username: string
  readonly password: string
}

export function newAccount(): Account {
  return { username: `ada-${crypto.randomUUID().slice(0, 8)}`, password: 'correct horse battery' }
}

/** Creates the account in the browser; the page is then on the list of monitors. */
export async function signUp(page: Page, { username, password }: Account): Promise<void> {
  await page.goto('/signup?next=/monitors')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/monitors')
}

/** Opens a session as the form does, and goes to the path with it: what is tested begins there. */
export async function signIn(page: Page, { username, password }: Account, path = '/monitors'): Promise<void> {
  const answer = await page.request.post('/api/v1/sign-in', { data: { username, password } })
  if (answer.status() !== 200) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`)
  await page.goto(path)
}

/** The same as a person does it. */
export async function signInByForm(page: Page, { username, password }: Account): Promise<void> {
  await page.goto('/signin?next=/monitors')
  await fillIn(page, { username, password })
  await page.waitForURL((address) => !address.pathname.startsWith('/signin'))
}

/** Fills in the form of signing in, wherever it stands, and sends it. */
export async function fillIn(page: Page, { username, password }: Account): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs out in the settings; the page is then on that of signing in. */
export async function signOut(page: Page): Promise<void> {
  await page.goto('/settings')
  // A connection that is being opened when the session ends is refused, and the browser says so.
  await page.getByText('Live', { exact: true }).last().waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/signin')
}

/** Adds a monitor through the API, with the session of the page. */
export async function addMonitor(page: Page, monitor: { name: string; url: string; intervalSeconds: number }) {
  const answer = await page.request.post('/api/v1/monitors', {
    headers: { origin: new URL(page.url()).origin },
    data: {
      name: monitor.name,
      spec: { kind: 'http', url: monitor.url },
      intervalSeconds: monitor.intervalSeconds,
    },
  })
  if (answer.status() !== 201) throw new Error(`monitor not created: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as { id: string }
}
