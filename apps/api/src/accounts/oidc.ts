import type { OidcSettings } from '@repo/config/oidc'
import { email } from '@repo/contracts/accounts'
import * as client from 'openid-client'
import { AppError } from '../problems.ts'
import { fetchFromProvider, isAway } from './oidc-fetch.ts'

/** The login of an organisation, by OpenID Connect. */
export interface OidcLogin {
  /** What the button says. */
  readonly name: string
  /** Whose people may come without an invitation. */
  readonly allowedDomains: readonly string[]
  /** Where a browser is sent, and what has to be remembered until it comes back. @throws AppError `unavailable`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly attempt: OidcAttempt }>
  /**
   * Who came back, with the address at which they did.
   *
   * @throws AppError `wrong_credentials` for whatever the provider did not say, or did not say to us, now; `unavailable`.
   */
  finish(answer: URL, attempt: OidcAttempt): Promise<OidcPerson>
}

/** Ties an answer to the browser (state), the token to the request (nonce) and the code to us (PKCE, RFC 7636). */
export interface OidcAttempt {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export interface OidcPerson {
  /** Together they name somebody, for ever. */
  readonly issuer: string
  readonly subject: string
  /** Only where the provider says that it was verified. */
  readonly email: string | undefined
  /** What they would like to be called. */
  readonly name: string | undefined
}

const withinSeconds = 10
const scope = 'openid email profile'

export function createOidcLogin({ name, allowedDomains, ...settings }: OidcSettings): OidcLogin {
  const discovered = createDiscovery(settings)
  return {
    name,
    allowedDomains,
    async begin(redirectUri) {
      const config = await discovered()
      const codeVerifier = client.randomPKCECodeVerifier()
      const attempt = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, attempt }
    },
    async finish(answer, { state, nonce, codeVerifier }) {
      const config = await discovered()
      try {
        const tokens = await client.authorizationCodeGrant(config, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        return await personOf(config, tokens)
      } catch (cause) {
        throw isAway(cause) ? unavailable(cause) : refused(cause)
      }
    },
  }
}

const knownForMs = 3_600_000

/** What the provider says of itself, asked for at the first login and once an hour: it may be away when we start. */
function createDiscovery({ issuer, clientId, clientSecret }: Omit<OidcSettings, 'name' | 'allowedDomains'>) {
  let known: { readonly config: Promise<client.Configuration>; readonly untilMs: number } | undefined
  return async () => {
    if (!known || known.untilMs < performance.now()) {
      const config = discover(new URL(issuer), clientId, clientSecret)
      known = { config, untilMs: performance.now() + knownForMs }
    }
    try {
      return await known.config
    } catch (cause) {
      known = undefined
      throw unavailable(cause)
    }
  }
}

function discover(issuer: URL, clientId: string, clientSecret: string): Promise<client.Configuration> {
  // The library takes the word of the connection for that of the signature; we want both.
  const execute = [client.enableNonRepudiationChecks]
  // Configured so: an issuer without TLS is one on this machine.
  if (issuer.protocol === 'http:') execute.push(client.allowInsecureRequests)
  return client.discovery(issuer, clientId, {}, secretAuth(clientSecret), {
    execute,
    timeout: withinSeconds,
    [client.customFetch]: fetchFromProvider,
  })
}

/** The way of showing the secret that the provider knows; the standard's own one (Core 1.0, 9) where it says nothing. */
function secretAuth(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>

async function personOf(config: client.Configuration, tokens: Tokens): Promise<OidcPerson> {
  const claims = tokens.claims()
  if (!claims) throw new Error('there is no ID token')
  const { iss: issuer, sub: subject } = claims
  // Not every provider puts the address into the token.
  const facts =
    claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined
      ? { ...claims, ...(await client.fetchUserInfo(config, tokens.access_token, subject)) }
      : claims
  return {
    issuer,
    subject,
    email: facts.email_verified === true ? email.safeParse(facts.email).data : undefined,
    name: textOf(facts.preferred_username) ?? textOf(facts.email)?.split('@')[0] ?? textOf(facts.name),
  }
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function unavailable(cause: unknown): AppError {
  return Object.assign(new AppError('unavailable', 'the login of the organisation does not answer'), { cause })
}

function refused(cause: unknown): AppError {
  return Object.assign(new AppError('wrong_credentials', 'the login of the organisation did not let you in'), { cause })
}
