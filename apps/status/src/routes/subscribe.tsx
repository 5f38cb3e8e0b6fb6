/** @jsxImportSource hono/jsx */
import { type AskedAddress, askedAddressSchema, type HookSettings } from '@repo/contracts/page-subscribers'
import { askSubscriber } from '@repo/db/queries/page-subscribers'
import { parseStatusPageId, parseSubscriberId, type SubscriberId } from '@repo/domain/ids'
import { subscriberAddressKey, subscriberContext } from '@repo/secrets/subscriber-address'
import { networkOf } from '@repo/service/caller'
import { createMemoryRateLimits } from '@repo/streams/memory-rate-limits'
import { type Context, Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { AddressAgain } from '../render/address-again.tsx'
import { noteAnswer } from '../render/note.tsx'
import { waysOf } from '../subscribe-ways.ts'
import { backTo, componentsIn, type Form, formOf, orLater, textIn, wordsFor } from './asked-form.ts'

const HOUR_MS = 3_600_000
/** Of one network, and of everybody at one page: how often one address is written to is a matter of the database. */
const perNetwork = { limit: 10, windowMs: HOUR_MS / 4 }
const perPage = { limit: 2_000, windowMs: HOUR_MS }

/** Who wants to be told. The answer, and what is done for it, is the same for addresses that are known and for others. */
export function subscribeRoutes(deps: PageRouteDeps) {
  const { sql, clock, log } = deps
  const routes = new Hono<PageAsked>()
  const limits = createMemoryRateLimits({ nowMs: () => clock.nowMs() })

  routes.post('/subscribe', async (c) => {
    const { id } = c.get('found').kept.snapshot
    const form = await formOf(c)
    const asked = askedAddressSchema.safeParse({ kind: textIn(form, 'kind'), address: textIn(form, 'address') })
    if (!isOffered(c, textIn(form, 'kind'))) return c.notFound()
    if (!asked.success) return notUnderstood(c, form)
    for (const [key, rate] of [
      [`${id} ${networkOf(c.env.asked.address)}`, perNetwork],
      [id, perPage],
    ] as const) {
      const taken = await limits.take(key, rate)
      if (!taken.allowed) return tooMany(c, taken.resetMs)
    }
    return orLater(c, log, async () => {
      const pageId = parseStatusPageId(id)
      const subscriberId = parseSubscriberId(Bun.randomUUIDv7())
      const address = storedAddress(asked.data, { pageId, subscriberId })
      await askSubscriber(
        sql,
        { id: subscriberId, pageId, ...address, components: componentsIn(form, c) },
        clock.nowMs(),
      )
      return lookThere(c, asked.data.kind)
    })
  })
  return routes

  function isOffered(c: Context<PageAsked>, kind: string): boolean {
    const ways = waysOf(c.get('found'), deps)
    return kind === 'email' ? ways.mail : ways.hooks
  }

  function storedAddress(
    { kind, address }: AskedAddress,
    { pageId, subscriberId }: { pageId: string; subscriberId: SubscriberId },
  ) {
    const addressKey = subscriberAddressKey(kind, address)
    if (kind === 'email') return { kind, addressKey, email: address, settings: null }
    const keyring = deps.subscribing?.keyring
    if (!keyring) throw new Error('hooks are taken without a key to seal them with')
    const settings: HookSettings = { url: address, ...(kind === 'webhook' && { signingSecret: newSigningSecret() }) }
    const sealed = keyring.seal(JSON.stringify(settings), subscriberContext(pageId, subscriberId))
    return { kind, addressKey, email: null, settings: sealed }
  }
}

/** As Standard Webhooks writes them (https://www.standardwebhooks.com/): 24 bytes. */
function newSigningSecret(): string {
  return `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64')}`
}

function lookThere(c: Context<PageAsked>, kind: AskedAddress['kind']): Response {
  const { words, language } = wordsFor(c)
  const { asked, askedHint, hookAsked, hookAskedHint } = words.subscribing
  const said = kind === 'email' ? { title: asked, hint: askedHint } : { title: hookAsked, hint: hookAskedHint }
  return noteAnswer({ language, ...said, link: backTo(c) })
}

function notUnderstood(c: Context<PageAsked>, form: Form): Response {
  const { words, language } = wordsFor(c)
  const [kind, address] = [textIn(form, 'kind'), textIn(form, 'address')]
  const children = <AddressAgain words={words} kind={kind} address={address} components={componentsIn(form, c)} />
  const { subscribe: title, subscribeButton: button } = words.page
  return noteAnswer({ language, title, button, children, link: backTo(c) }, { status: 400 })
}

function tooMany(c: Context<PageAsked>, retryAfterMs: number): Response {
  const { words, language } = wordsFor(c)
  return noteAnswer({ language, title: words.door.tooMany, link: backTo(c) }, { status: 429, retryAfterMs })
}
