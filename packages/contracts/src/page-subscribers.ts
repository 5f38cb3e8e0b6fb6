import { z } from 'zod'
import { httpUrl } from './specs/http.ts'
import { leavesAndParents, type PageComponent, type PageContent, type PagePart } from './status-pages.ts'

/** Subscribers of a status page. */

export const hookKinds = ['webhook', 'slack', 'teams', 'discord'] as const
export const subscriberKinds = ['email', ...hookKinds] as const
export const subscriberStates = ['pending', 'confirmed', 'unsubscribed'] as const

const components = z.array(z.uuid()).min(1).max(1_000).nullable()

/** What the form of a page sends, whoever fills it in. */
export const askedAddressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), address: z.string().trim().pipe(z.email().max(254)) }),
  z.object({ kind: z.enum(hookKinds), address: httpUrl }),
])
export type AskedAddress = z.output<typeof askedAddressSchema>

/** What is sealed of a hook. What a webhook gets is signed with the secret that came with its first message. */
export const hookSettingsSchema = z.object({ url: z.string(), signingSecret: z.string().optional() }).strict()
export type HookSettings = z.output<typeof hookSettingsSchema>

/** `POST /api/v1/status-pages/:id/subscribers`: they are asked, and told of nothing before they have confirmed. */
export const addSubscriberSchema = z
  .object({ email: z.string().trim().pipe(z.email().max(254)), components: components.default(null) })
  .strict()

export const subscriberSchema = z.object({
  id: z.string(),
  kind: z.enum(subscriberKinds),
  /** Of mail the address. Of a hook the host alone: whoever knows the rest can post there. */
  address: z.string(),
  state: z.enum(subscriberStates),
  /** Null for all that is said on the page. */
  components: z.array(z.string()).nullable(),
  /** They asked for it, the hook is gone, or the mail server knows no such mailbox. */
  endedBecause: z.enum(['asked', 'gone', 'refused']).nullable(),
  createdAt: z.iso.datetime(),
  confirmedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
})
export type Subscriber = z.output<typeof subscriberSchema>

/** `GET …/subscribers?state=…&limit=1…200&cursor=…`, in the order in which they first asked. */
export const subscriberPageSchema = z.object({
  items: z.array(subscriberSchema),
  nextCursor: z.string().nullable(),
  /** Of the whole page. */
  counts: z.object({
    pending: z.number().int(),
    confirmed: z.number().int(),
    unsubscribed: z.number().int(),
  }),
})

type Sections = Pick<PageContent, 'sections'>

/** Whoever chose one of these hears of these components: of a part who chose the whole, and the other way round. */
export function concernedComponents({ sections }: Sections, componentIds: readonly string[]): string[] {
  const named = new Set(componentIds)
  return componentsIn(sections).flatMap((component) => {
    const parts = component.parts.map(({ id }) => id)
    if (named.has(component.id)) return [component.id, ...parts]
    const concerned = parts.filter((id) => named.has(id))
    return concerned.length > 0 ? [component.id, ...concerned] : []
  })
}

export interface Touched {
  /** Null for all monitors. */
  readonly monitorIds: readonly string[] | null
  readonly groupIds: readonly string[]
}

/** The components that are judged by one of these monitors or groups. */
export function touchedComponents({ sections }: Sections, { monitorIds, groupIds }: Touched): string[] {
  const wanted = { monitors: monitorIds && new Set(monitorIds), groups: new Set(groupIds) }
  const isTouched = ({ source }: PageComponent | PagePart) => {
    if (source.kind === 'monitor') return wanted.monitors === null || wanted.monitors.has(source.monitorId)
    return source.kind === 'group' && wanted.groups.has(source.groupId)
  }
  return leavesAndParents(sections)
    .filter(isTouched)
    .map(({ id }) => id)
}

function componentsIn(sections: PageContent['sections']): PageComponent[] {
  return sections.flatMap((section) => section.components)
}
