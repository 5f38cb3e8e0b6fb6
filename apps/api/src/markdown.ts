import { Marked } from 'marked'
import sanitize from 'sanitize-html'

/** What people write, as HTML that can be shown as it is: an allow-list of elements, links to the web and to mailboxes, nothing else. */
export function toHtml(markdown: string): string {
  return sanitize(marked.parse(markdown, { async: false }), allowed)
}

// HTML in what is written is shown as the text that it is.
const marked = new Marked({
  gfm: true,
  breaks: true,
  walkTokens(token) {
    if (token.type === 'html') Object.assign(token, { type: 'text', escaped: false, block: false })
  },
})

/** What is relative would lead into the page that shows it, and is no link that somebody wrote on purpose. */
const leadsOut = /^(?:https?:\/\/|mailto:)/i

const allowed: sanitize.IOptions = {
  allowedTags: ['p', 'br', 'strong', 'em', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote', 'a', 'h3', 'h4', 'h5', 'h6'],
  allowedAttributes: { a: ['href', 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  allowProtocolRelative: false,
  transformTags: {
    // The page that shows it has headings of its own above these.
    h1: 'h3',
    h2: 'h4',
    a: (tagName, { href = '' }) => ({
      tagName,
      attribs: { ...(leadsOut.test(href) && { href }), rel: 'nofollow noopener' },
    }),
  },
}
