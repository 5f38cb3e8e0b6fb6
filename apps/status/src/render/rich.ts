import type { Child } from 'hono/jsx'

/** A text with elements in the places of its `{names}`. */
export function rich(text: string, values: Readonly<Record<string, Child>>): Child[] {
  return text.split(/(\{\w+\})/).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1]
    return name === undefined ? piece : (values[name] ?? piece)
  })
}
