import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@babel/parser'

/** Folders whose texts go through the catalogue as a whole. */
const spoken = ['apps/web/src', 'packages/ui/src']
/** Of those, what is not there yet. It only ever gets shorter. */
const unspoken: readonly string[] = []
/** Texts for machines: what the server of the pages says, what search engines read, headings that are looked for, and names. */
const machines = [
  'apps/web/src/app/fonts.ts',
  'apps/web/src/app/layout.tsx',
  'apps/web/src/shell/language-script.ts',
  'apps/web/src/check/curl.ts',
  'apps/web/src/live/shared.ts',
  'apps/web/src/outcome-help.ts',
  'apps/web/src/static-site.ts',
  'apps/web/src/main.ts',
  'packages/ui/src/words.ts',
]
const catalogues = 'apps/web/public/messages'

interface Node {
  readonly type: string
  readonly loc: { readonly start: { readonly line: number } }
  readonly [key: string]: unknown
}

interface Found {
  /** Every message that `t`, `rich` or `msg` is called with. */
  readonly messages: Set<string>
  readonly complaints: string[]
}

/**
 * What is wrong between the screens and their catalogues: a text for people that no catalogue can translate, a message
 * that a language does not have, one that it has for nothing, and placeholders that differ. A line each.
 */
export function wrongMessages(root: string): readonly string[] {
  const found: Found = { messages: new Set(), complaints: [] }
  for (const folder of spoken) {
    for (const file of sources(join(root, folder))) readSource(file, file.slice(root.length + 1), found)
  }
  const languages = readdirSync(join(root, catalogues)).filter((name) => name.endsWith('.json'))
  return [
    ...found.complaints,
    ...languages.flatMap((name) => wrongIn(join(root, catalogues, name), `${catalogues}/${name}`, found.messages)),
  ]
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

function wrongIn(path: string, name: string, messages: ReadonlySet<string>): string[] {
  const catalogue: Record<string, string> = JSON.parse(readFileSync(path, 'utf8'))
  const keys = Object.keys(catalogue)
  return [
    ...[...messages]
      .filter((message) => !Object.hasOwn(catalogue, message))
      .map((message) => `${name} lacks ${JSON.stringify(message)}`),
    ...keys.filter((key) => !messages.has(key)).map((key) => `${name}: nobody says ${JSON.stringify(key)}`),
    ...keys
      .filter((key) => placeholders(key) !== placeholders(catalogue[key] ?? ''))
      .map((key) => `${name}: other placeholders in ${JSON.stringify(key)}`),
    ...(keys.join('\n') === keys.toSorted().join('\n') ? [] : [`${name} is not sorted`]),
  ]
}

/** The names of the values of a message, each once, in order. */
function placeholders(message: string): string {
  const names = Array.from(
    message.matchAll(/(?<!(?:zero|one|two|few|many|other|=\d+) )\{(\w+)\s*[,}]/g),
    ([, name]) => name,
  )
  return [...new Set(names)].sort().join()
}

function readSource(path: string, name: string, found: Found): void {
  const { program } = parse(readFileSync(path, 'utf8'), { sourceType: 'module', plugins: ['typescript', 'jsx'] })
  const wantsWords = ![...unspoken, ...machines].some((place) => name.startsWith(place))
  visit(program as unknown as Node, { name, wantsWords, found, isInFunction: false, isCode: false })
}

interface Place {
  readonly name: string
  readonly wantsWords: boolean
  readonly found: Found
  readonly isInFunction: boolean
  /** Inside of what is for machines: types, imports, class names, errors that are thrown. */
  readonly isCode: boolean
}

const speakers = new Set(['t', 'rich', 'msg'])
/** Attributes and properties that hold no text for people, however it looks. */
const codeNames =
  /^(className|class|style|d|href|src|type|method|key|id|htmlFor|rel|autoComplete|inputMode|accept|lang|timeZone|locale|pattern|queryKey|name|words|syncKey)$/
const functions = /^(Arrow)?Function(Expression|Declaration)?$|Method$/

function visit(node: Node, place: Place): void {
  if (isSpeaking(node)) {
    speak(node, place)
    return
  }
  const text = place.isCode ? undefined : textOf(node)
  if (text !== undefined && place.wantsWords)
    complain(node, place, `no catalogue can translate ${JSON.stringify(text)}`)
  const inside = {
    ...place,
    isInFunction: place.isInFunction || functions.test(node.type),
    isCode: place.isCode || isCode(node),
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc' || key === 'key' || key === 'directives') continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inside)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function isSpeaking(node: Node): boolean {
  const callee = node.type === 'CallExpression' ? (node.callee as Node) : undefined
  return callee?.type === 'Identifier' && speakers.has(callee.name as string)
}

function speak(call: Node, place: Place): void {
  const [message, ...values] = call.arguments as Node[]
  const speaker = (call.callee as Node).name as string
  if (speaker !== 'msg' && !place.isInFunction)
    complain(call, place, `${speaker}() while the module is loaded: use msg()`)
  if (message?.type === 'ConditionalExpression') {
    for (const either of [message.consequent, message.alternate] as Node[])
      speak({ ...call, arguments: [either] }, place)
    visit(message.test as Node, place)
  } else if (message?.type === 'StringLiteral') place.found.messages.add(message.value as string)
  else if (message?.type === 'TemplateLiteral') complain(call, place, 'a message is a plain string: no template')
  else if (message) visit(message, place)
  for (const value of values) visit(value, place)
}

function isCode(node: Node): boolean {
  if (node.type.startsWith('TS') && node.type !== 'TSAsExpression' && node.type !== 'TSSatisfiesExpression') return true
  if (node.type.startsWith('Import') || (node.type.startsWith('Export') && 'source' in node && node.source)) return true
  if (node.type === 'JSXAttribute') return codeNames.test((node.name as Node).name as string)
  if (node.type === 'ObjectProperty') return codeNames.test(((node.key as Node).name ?? '') as string)
  // A key that was pressed, a state that is compared.
  if (node.type === 'BinaryExpression') return /^([!=]==|in)$/.test(node.operator as string)
  return node.type === 'NewExpression' && /Error$/.test(((node.callee as Node).name ?? '') as string)
}

/** Names and headers, which are the same in every language. */
const keyNames =
  /^(BetterUptime|CSV|Authorization|Home|End|Authorization: Bearer …|curl -H .+|Enter|Escape|Ctrl|Arrow[A-Z]\w+)$/

/** Attributes that hold nothing but texts for people, however small they are. */
const labels = /^(aria-label|alt|hint|label|legend|note|title)$/

/** The text of such an attribute, where nothing else says that it is one. */
function labelOf(node: Node): string | undefined {
  if (!labels.test((node.name as Node).name as string)) return undefined
  const value = node.value as Node | null
  if (value?.type !== 'StringLiteral' || textOf(value) !== undefined) return undefined
  const text = value.value as string
  return /\p{L}{2}/u.test(text) && !keyNames.test(text) ? text : undefined
}

/** The text of a node where it looks like words for people. */
function textOf(node: Node): string | undefined {
  if (node.type === 'JSXText') {
    const text = (node.value as string).replace(/\s+/g, ' ').trim()
    return /\p{L}{2}/u.test(text) && !keyNames.test(text) ? text : undefined
  }
  if (node.type === 'JSXAttribute') return labelOf(node)
  const text = literalOf(node)
  if (text === undefined || keyNames.test(text)) return undefined
  if (/[a-z]-[a-z[\d]|^[a-z]\w*(:|[.…]+[\w.…]*$)|[{}]/.test(text)) return undefined
  const pattern = node.type === 'TemplateLiteral' ? wordsBetween : words
  return pattern.test(text) ? text : undefined
}

/** "Pause", "Nothing here."; class names, keys and addresses begin with a small letter or have no words in a row. */
const words = /^\s*\p{Lu}[\p{Ll}-]+(?=[\s.,:…?!]|$)|\p{Ll}{2} \p{Ll}+ \p{Ll}{2}|^ \p{Ll}{2,}|\p{Ll}{2,} $/u
/** What is put between values seldom is anything else: "… is paused." */
const wordsBetween = /^\s*\p{Lu}\p{Ll}+(?=[\s.,:…?!]|$)|(^|[\s…])(?!(?:ms|px)\b)\p{Ll}{2,}([\s.,:…]|$)/u

function literalOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return node.value as string
  if (node.type !== 'TemplateLiteral') return undefined
  return (node.quasis as Node[]).map((quasi) => (quasi.value as { cooked: string }).cooked).join('…')
}

function complain(node: Node, { name, found }: Place, what: string): void {
  found.complaints.push(`${name}:${node.loc.start.line}: ${what}`)
}
