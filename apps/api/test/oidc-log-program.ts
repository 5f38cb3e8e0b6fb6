// Logins of an organisation that go well and wrong, with everything logged: prints what must not be in the log.
import { createLog } from '@repo/service/log'
import { createOidcLogin } from '../src/accounts/oidc.ts'
import { clientId, clientSecret, type Lies, openOidcProvider } from '../testing/oidc-provider.ts'
import { openApi } from './instance.ts'

const provider = await openOidcProvider()
const settings = { issuer: provider.issuer, clientId, clientSecret, name: 'Acme', allowedDomains: [] }
const api = await openApi({ log: createLog('api', 'trace'), oidc: createOidcLogin(settings) })
const secrets = [clientSecret, 'canary-of-a-claim', 'canary-of-a-body', 'eyJ']

const lies: Lies[] = [
  {},
  { claims: { nonce: 'canary-of-a-claim' } },
  { claims: { aud: 'canary-of-a-claim' } },
  { signature: 'another-key' },
  { signature: 'none' },
  { instead: { '/token': () => Response.json({ error: 'canary-of-a-body' }, { status: 400 }) } },
  { instead: { '/token': () => new Response('canary-of-a-body') } },
]
for (const told of lies) {
  provider.person = { sub: crypto.randomUUID() }
  const begun = await api.ask('/api/v1/sign-in/oidc')
  const there = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' })
  const back = new URL(there.headers.get('location') ?? '')
  provider.lies = told
  const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const answer = await api.ask(back.pathname + back.search, { headers: { cookie } })
  secrets.push(
    ...back.searchParams.values(),
    cookie.split('=')[1] ?? '',
    provider.exchanges.at(-1)?.get('code_verifier') ?? '',
  )
  const session = answer.headers.getSetCookie().find((one) => one.startsWith('betteruptime_session'))
  if (session) secrets.push(session.split(/[=;]/)[1] ?? '')
}
process.stdout.write(JSON.stringify(secrets.filter((secret) => secret !== '')))
process.exit(0)
