/** The body of a webhook as a person wrote it: JSON, in whose texts names in braces stand for what is told. */

export const placeholders = [
  'event',
  'subject',
  'workspace',
  'name',
  'id',
  'target',
  'cause',
  'code',
  'regions',
  'evidence',
  'since',
  'duration',
  'link',
  'acknowledgeLink',
  'pauseLink',
  'policy',
  'dedupKey',
  'deliveryKey',
] as const
export type Placeholder = (typeof placeholders)[number]

const braced = /\{\{\s*([^{}]*?)\s*\}\}/g

/** What is wrong with a template; undefined where nothing is. It is filled in once, to see whether JSON comes out. */
export function templateProblem(text: string): string | undefined {
  const unknown = [...text.matchAll(braced)].find(([, name]) => !placeholders.includes(name as Placeholder))
  if (unknown) return `{{${unknown[1]}}} is not known; there is ${placeholders.map((name) => `{{${name}}}`).join(', ')}`
  try {
    JSON.parse(fillTemplate(text, () => '"\\\n'))
  } catch {
    return 'is no JSON; placeholders stand in texts: {"text": "{{subject}}"}'
  }
  return undefined
}

/** Puts in what placeholders stand for, as the inside of a JSON text. There is nothing else in a template: no code, no conditions. */
export function fillTemplate(text: string, toldAs: (name: Placeholder) => string): string {
  return text.replace(braced, (whole, name: string) =>
    placeholders.includes(name as Placeholder) ? JSON.stringify(toldAs(name as Placeholder)).slice(1, -1) : whole,
  )
}
