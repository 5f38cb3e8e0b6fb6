import { z } from 'zod'
import { monitorName } from './monitors.ts'
import { pageDomainSchema } from './page-domain.ts'
import { isPlainText } from './plain-text.ts'
import { accentObjection } from './theme-contrast.ts'
import { timeZone } from './time-zone.ts'

/** Status pages as their makers write them. What outsiders get of them is in `public-page.ts`. */

export const statusPageLimits = {
  pages: 1_000,
  sections: 50,
  components: 500,
  parts: 100,
  textLength: 2_000,
  slugLength: 60,
} as const

export const pageLanguages = ['en', 'de', 'fr', 'es', 'ja'] as const
export type PageLanguage = (typeof pageLanguages)[number]

/** Words that stand at this place of an address for something else. */
const reservedSlugs = ['assets', 'api', 'new', 'oembed', 'preview']

/** What stands in the address of a page: `https://…/status/<slug>`. */
export const slug = z
  .string()
  .trim()
  .min(2, 'a slug has at least 2 characters')
  .max(statusPageLimits.slugLength, `a slug has at most ${statusPageLimits.slugLength} characters`)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/, 'a slug has small letters, digits and hyphens between them')
  .refine((text) => !reservedSlugs.includes(text), 'this slug is taken by the product itself')

/** What a title is in an address; `page` where nothing of it can stand there. */
export function slugOf(title: string): string {
  const text = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, statusPageLimits.slugLength)
    .replaceAll(/^-+|-+$/g, '')
  return slug.safeParse(text).success ? text : 'page'
}

/** May have lines; markdown where it is said. */
export const longText = z
  .string()
  .trim()
  .max(statusPageLimits.textLength, `at most ${statusPageLimits.textLength} characters`)
  .refine((text) => isPlainText(text.replaceAll(/[\n\r\t]/g, ' ')), 'no control characters')

const link = z
  .union(
    [
      z.url({ protocol: /^https?$/ }),
      z.email().transform((address) => `mailto:${address}`),
      z.string().regex(/^mailto:\S+@\S+$/),
    ],
    'this is neither a web address, such as https://example.com, nor an e-mail address',
  )
  .nullable()

/** Where what is said of a component comes from; of `parts` it is the worst of them. */
export const componentSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('monitor'), monitorId: z.uuid() }).strict(),
  z.object({ kind: z.literal('group'), groupId: z.uuid() }).strict(),
  z.object({ kind: z.literal('manual') }).strict(),
])
export type ComponentSource = z.output<typeof componentSourceSchema>

const componentFields = {
  /** Made by the editor, and kept for ever: subscribers and incidents name a component by it. */
  id: z.uuid(),
  name: monitorName,
  description: longText.default(''),
  /** The bars of ninety days with their uptime. */
  showsUptime: z.boolean().default(true),
  /** Its response times of the last day; only of a monitor. */
  showsChart: z.boolean().default(false),
}
const partSchema = z.object({ ...componentFields, source: componentSourceSchema }).strict()
const componentSchema = z
  .object({
    ...componentFields,
    source: z.discriminatedUnion('kind', [
      ...componentSourceSchema.options,
      z.object({ kind: z.literal('parts') }).strict(),
    ]),
    parts: z.array(partSchema).max(statusPageLimits.parts).default([]),
  })
  .strict()
  .refine(({ source, parts }) => (source.kind === 'parts') === parts.length > 0, {
    message: 'a component has parts, or something that it is judged by',
    path: ['parts'],
  })
export type PageComponent = z.output<typeof componentSchema>
export type PagePart = z.output<typeof partSchema>

const sectionSchema = z
  .object({
    id: z.uuid(),
    /** Empty for components that stand by themselves. */
    name: z.union([monitorName, z.literal('')]),
    isFolded: z.boolean().default(false),
    components: z.array(componentSchema).max(statusPageLimits.components),
  })
  .strict()

const anyRange = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])
const range = z
  .string()
  .trim()
  .max(50)
  .refine((text) => anyRange.safeParse(text).success, 'this is neither an address nor a range such as 192.0.2.0/24')

export const domainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .refine((text) => z.regexes.domain.test(text), { error: 'this is not a domain, such as example.com', abort: true })

export const pageAccessSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('public') }).strict(),
  /** The password itself is set on its own, and is shown to nobody. */
  z.object({ kind: z.literal('password') }).strict(),
  z
    .object({
      kind: z.literal('email'),
      domains: z.array(domainName).min(1, 'at least one domain').max(50, 'at most 50 domains'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('ip'),
      ranges: z.array(range).min(1, 'at least one address or range').max(200, 'at most 200 addresses and ranges'),
    })
    .strict(),
])
export type PageAccess = z.output<typeof pageAccessSchema>

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, { error: 'is not a colour, such as #8e2f76', abort: true })

function accentOn(theme: 'light' | 'dark') {
  return colour.superRefine((accent, context) => {
    const objection = accentObjection(accent, theme)
    if (objection !== undefined) context.addIssue({ code: 'custom', message: objection })
  })
}

/** Colours are refused where they cannot be told from what they stand on: `theme-contrast.ts`. */
export const pageThemeSchema = z
  .object({
    mode: z.enum(['auto', 'light', 'dark']).default('auto'),
    /** Of links and buttons; null for ours. */
    accent: z
      .object({ light: accentOn('light'), dark: accentOn('dark') })
      .strict()
      .nullable()
      .default(null),
  })
  .strict()
export type PageTheme = z.output<typeof pageThemeSchema>

const wholeMinutes = 'a whole number of minutes, from 0 to 1440, which is a day'
const minutes = z.number(wholeMinutes).int(wholeMinutes).min(0, wholeMinutes).max(1_440, wholeMinutes)

/** Who publishes what was drafted from an incident: a person, or we, once it has lasted for so long. */
export const publishRuleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person') }).strict(),
  z.object({ kind: z.literal('after'), minutes }).strict(),
])

/** All that is written and published together. */
export const pageContentSchema = z
  .object({
    title: monitorName,
    /** Markdown. */
    description: longText.default(''),
    sections: z.array(sectionSchema).max(statusPageLimits.sections),
    theme: pageThemeSchema.default({ mode: 'auto', accent: null }),
    language: z.enum(pageLanguages).default('en'),
    /** By whose midnights its days are counted. */
    timeZone: timeZone.default('UTC'),
    homepage: link.default(null),
    contact: link.default(null),
    /** Whether search engines may list it. */
    isListed: z.boolean().default(true),
    access: pageAccessSchema.default({ kind: 'public' }),
    publishRule: publishRuleSchema.default({ kind: 'person' }),
  })
  .strict()
  .superRefine((content, context) => {
    const ids = leavesAndParents(content.sections).map(({ id }) => id)
    if (ids.length > statusPageLimits.components)
      context.addIssue({
        code: 'custom',
        path: ['sections'],
        message: `a page has at most ${statusPageLimits.components} components`,
      })
    if (new Set(ids).size !== ids.length)
      context.addIssue({ code: 'custom', path: ['sections'], message: 'two components have the same id' })
  })
export type PageContent = z.output<typeof pageContentSchema>

/** Every component of a page, those that are parts of another one after it. */
export function leavesAndParents(
  sections: readonly { readonly components: readonly PageComponent[] }[],
): (PageComponent | PagePart)[] {
  return sections.flatMap(({ components }) => components.flatMap((component) => [component, ...component.parts]))
}

/** `POST /api/v1/status-pages`. Without a slug it gets one by its title. */
export const createStatusPageSchema = z.object({ slug: slug.optional(), content: pageContentSchema }).strict()

/** `PATCH /api/v1/status-pages/:id`: changes the draft, whose content is replaced as a whole; outsiders see nothing of it before it is published. */
export const changeStatusPageSchema = z
  .object({ slug: slug.optional(), content: pageContentSchema.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

/** `POST /api/v1/status-pages/:id/preview`. */
export const pagePreviewSchema = z.object({ content: pageContentSchema }).strict()

/** `POST /api/v1/status-pages/:id/preview/signed`: what the form to `/status/preview` sends, good for ten minutes. */
export const signedPreviewSchema = z.object({ document: z.string(), signature: z.string() })

export const statusPageSchema = z.object({
  id: z.string(),
  /** What is drafted: outsiders find it there once it is published. */
  slug: z.string(),
  /** Where outsiders find it now; null where they see nothing. */
  publishedSlug: z.string().nullable(),
  draft: pageContentSchema,
  /** Null where outsiders see nothing. */
  published: pageContentSchema.nullable(),
  publishedAt: z.iso.datetime().nullable(),
  publishedBy: z.string().nullable(),
  /** Whether the draft, or its slug, is another than what is published. */
  hasChanges: z.boolean(),
  /** Whether there is a password, which is shown to nobody. */
  hasPassword: z.boolean(),
  /** Of the bytes of its logo; null where there is none. */
  logo: z.string().nullable(),
  /** The name of its own that it has, or is to have. */
  domain: pageDomainSchema.nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type StatusPage = z.output<typeof statusPageSchema>

/** `GET /api/v1/status-pages?limit=1…200&cursor=…`, in the order in which they were made. */
export const statusPagePageSchema = z.object({ items: z.array(statusPageSchema), nextCursor: z.string().nullable() })
