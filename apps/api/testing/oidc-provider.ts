import { createHash, randomUUID } from 'node:crypto'
import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** An OpenID provider for tests: strict in what it takes, and a liar where a test makes it one. */
export interface OidcProvider extends AsyncDisposable {
  readonly issuer: string
  /** Who signs in there next. */
  person: { sub: string; [claim: string]: unknown }
  /** What is wrong with its next tokens. */
  lies: Lies
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  /** What its token endpoint was sent. */
  readonly exchanges: URLSearchParams[]
}

export interface Lies {
  readonly claims?: Readonly<Record<string, unknown>>
  /** Of the token's header, and how it is signed. */
  readonly signature?: 'none' | 'hmac-with-secret' | 'hmac-with-public-key' | 'another-key' | 'broken'
  readonly withoutIdToken?: boolean
  readonly discovery?: Record<string, unknown>
  /** Answers in place of what is asked for, by path. */
  readonly instead?: Readonly<Record<string, () => Response | Promise<Response>>>
  /** Keeps `email` and what belongs to it for its userinfo endpoint. */
  readonly userinfoOnly?: boolean
}

export const clientId = 'betteruptime'
export const clientSecret = 'the secret of the client: +/%&='

interface Granted {
  readonly nonce: string | null
  readonly redirectUri: string
  readonly challenge: string
  readonly claims: Record<string, unknown>
}

export async function openOidcProvider(): Promise<OidcProvider> {
  const { publicJwk, sign } = await makeSigner()
  const granted = new Map<string, Granted>()
  const claimsOf = new Map<string, Record<string, unknown>>()
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answer })
  const issuer = `http://127.0.0.1:${server.port}`
  const provider: OidcProvider = {
    issuer,
    person: { sub: 'nobody' },
    lies: {},
    asked: [],
    exchanges: [],
    [Symbol.asyncDispose]: () => server.stop(true),
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    provider.asked.push(url.pathname)
    const instead = provider.lies.instead?.[url.pathname]
    if (instead) return instead()
    if (url.pathname === '/.well-known/openid-configuration') return Response.json(discovery())
    if (url.pathname === '/jwks') return Response.json({ keys: [publicJwk] })
    if (url.pathname === '/authorize') return authorize(url.searchParams)
    if (url.pathname === '/token') return exchange(request)
    if (url.pathname === '/userinfo')
      return Response.json(claimsOf.get(request.headers.get('authorization') ?? '') ?? {})
    return new Response(null, { status: 404 })
  }

  function discovery() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      ...provider.lies.discovery,
    }
  }

  function authorize(asked: URLSearchParams): Response {
    const redirectUri = asked.get('redirect_uri') ?? ''
    const challenge = asked.get('code_challenge') ?? ''
    const isWhole =
      asked.get('client_id') === clientId &&
      asked.get('response_type') === 'code' &&
      asked.get('code_challenge_method') === 'S256' &&
      challenge !== '' &&
      asked.get('scope')?.split(' ').includes('openid')
    if (!isWhole) return new Response('what is this?', { status: 400 })
    const code = randomUUID()
    granted.set(code, { nonce: asked.get('nonce'), redirectUri, challenge, claims: { ...provider.person } })
    const back = new URL(redirectUri)
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString()
    return Response.redirect(back.href, 302)
  }

  async function exchange(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text())
    provider.exchanges.push(form)
    const code = form.get('code') ?? ''
    const grant = granted.get(code)
    granted.delete(code)
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!isOurClient(request)) return Response.json({ error: 'invalid_client' }, { status: 401 })
    if (!grant || verifier !== grant.challenge || form.get('redirect_uri') !== grant.redirectUri)
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    const accessToken = randomUUID()
    claimsOf.set(`Bearer ${accessToken}`, grant.claims)
    const idToken = provider.lies.withoutIdToken ? {} : { id_token: await idTokenFor(grant) }
    return Response.json({ access_token: accessToken, token_type: 'Bearer', expires_in: 60, ...idToken })
  }

  async function idTokenFor({ nonce, claims }: Granted): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1_000)
    const { email, email_verified, ...shown } = claims
    const payload = {
      ...shown,
      ...(!provider.lies.userinfoOnly && { email, email_verified }),
      ...(nonce !== null && { nonce }),
      ...{ iss: issuer, aud: clientId, iat: nowSeconds, exp: nowSeconds + 60 },
      ...provider.lies.claims,
    }
    return sign(payload as JWTPayload, provider.lies.signature)
  }

  return provider
}

/** By HTTP Basic, form-encoded first (RFC 6749, 2.3.1). */
function isOurClient(request: Request): boolean {
  const encoded = [clientId, clientSecret]
    .map((text) => new URLSearchParams({ '': text }).toString().slice(1))
    .join(':')
  return request.headers.get('authorization') === `Basic ${btoa(encoded)}`
}

/** Its keys: of two, one is published. */
async function makeSigner() {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const publicJwk = { ...(await exportJWK(own.publicKey)), kid: 'own', use: 'sig', alg: 'RS256' }

  async function sign(payload: JWTPayload, lie: Lies['signature']): Promise<string> {
    const bytes = (text: string) => new TextEncoder().encode(text)
    const hmac = (key: string) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(bytes(key))
    const rsa = (key: typeof own) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(key.privateKey)
    switch (lie) {
      case 'none':
        return `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(payload))}.`
      case 'hmac-with-secret':
        return hmac(clientSecret)
      case 'hmac-with-public-key':
        return hmac(JSON.stringify(publicJwk))
      case 'another-key':
        return rsa(other)
      case 'broken':
        return `${(await rsa(own)).slice(0, -8)}AAAAAAAA`
      default:
        return rsa(own)
    }
  }
  return { publicJwk, sign }
}
