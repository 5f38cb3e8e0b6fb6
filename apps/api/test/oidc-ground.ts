import { afterAll, afterEach, beforeAll, beforeEach } from 'bun:test'
import type { ApiDeps } from '../src/deps.ts'
import { type OidcProvider, openOidcProvider } from '../testing/oidc-provider.ts'
import { type ApiInstance, openApi } from './instance.ts'
import { loginOf, someone } from './oidc-browser.ts'

/**
 * For a file of tests: a provider, and an instance whose organisation it is. For each test somebody new signs in there, and it
 * tells the truth until a test makes it lie.
 */
export function openOidcGround() {
  let provider: OidcProvider
  let api: ApiInstance
  const openWithLogin = (changed: Partial<Omit<ApiDeps, 'clock'>> = {}) =>
    openApi({ oidc: loginOf(provider), ...changed })

  beforeAll(async () => {
    provider = await openOidcProvider()
    api = await openWithLogin()
  }, 30_000)
  afterAll(async () => {
    await api[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    provider.person = someone()
  })
  afterEach(() => {
    provider.lies = {}
  })
  return {
    get provider() {
      return provider
    },
    get api() {
      return api
    },
    /** A further instance by the same provider. */
    openWithLogin,
  }
}
