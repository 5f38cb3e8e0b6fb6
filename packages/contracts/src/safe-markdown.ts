import type { Nodes, Parents } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { safeLink } from './safe-link.ts'

/**
 * What people have written, by a list of what may be: paragraphs, emphasis, code, lists, quotes and links. All else is the text that
 * it is, so that nothing of it can ever run: HTML with its angle brackets, an image by its description. Whoever shows it, on a page
 * or in a mail, shows these kinds and escapes their texts.
 */
export type Said =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'block'; readonly text: string }
  | { readonly kind: 'break' }
  | {
      readonly kind: 'paragraph' | 'emphasis' | 'strong' | 'bullets' | 'item' | 'quote' | 'heading'
      readonly children: readonly Said[]
    }
  | { readonly kind: 'numbers'; readonly start: number; readonly children: readonly Said[] }
  /** `href` leads to the web, or to a letter. */
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Said[] }

export function readMarkdown(text: string): readonly Said[] {
  return childrenOf(fromMarkdown(text))
}

function childrenOf(parent: Parents): Said[] {
  return parent.children.flatMap((child) => saidBy(child))
}

const kindOf = {
  paragraph: 'paragraph',
  emphasis: 'emphasis',
  strong: 'strong',
  listItem: 'item',
  blockquote: 'quote',
  heading: 'heading',
} as const

function saidBy(node: Nodes): Said[] {
  switch (node.type) {
    case 'text':
    case 'html':
      return [{ kind: 'text', text: node.value }]
    case 'inlineCode':
      return [{ kind: 'code', text: node.value }]
    case 'code':
      return [{ kind: 'block', text: node.value }]
    case 'break':
      return [{ kind: 'break' }]
    case 'paragraph':
    case 'emphasis':
    case 'strong':
    case 'listItem':
    case 'blockquote':
    case 'heading':
      return [{ kind: kindOf[node.type], children: childrenOf(node) }]
    case 'list': {
      const children = childrenOf(node)
      return [node.ordered ? { kind: 'numbers', start: node.start ?? 1, children } : { kind: 'bullets', children }]
    }
    case 'link': {
      const href = safeLink(node.url)
      return href === undefined ? childrenOf(node) : [{ kind: 'link', href, children: childrenOf(node) }]
    }
    case 'image':
    case 'imageReference':
      return [{ kind: 'text', text: node.alt ?? '' }]
    default:
      return 'children' in node ? childrenOf(node) : []
  }
}

/** The same as text alone, a paragraph each. */
export function plainParagraphs(said: readonly Said[]): string[] {
  return said.flatMap((one) => paragraphsOf(one)).filter((text) => text.trim() !== '')
}

function paragraphsOf(said: Said): string[] {
  switch (said.kind) {
    case 'block':
      return [said.text]
    case 'bullets':
    case 'numbers':
      return said.children.map((item, place) => {
        const mark = said.kind === 'numbers' ? `${said.start + place}.` : '-'
        return `${mark} ${paragraphsOf(item).join('\n  ')}`
      })
    case 'item':
    case 'quote':
      return said.children.flatMap(paragraphsOf)
    default:
      return [inline(said)]
  }
}

function inline(said: Said): string {
  switch (said.kind) {
    case 'text':
    case 'code':
    case 'block':
      return said.text
    case 'break':
      return '\n'
    case 'link': {
      const text = said.children.map(inline).join('')
      return text === said.href || `mailto:${text}` === said.href ? text : `${text} (${said.href})`
    }
    default:
      return said.children.map(inline).join('')
  }
}
