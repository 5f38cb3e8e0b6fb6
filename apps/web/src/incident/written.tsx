/** Markdown as the API has made it HTML: of a closed list of elements, everything else is text. */
export function Written({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the API promises HTML that can be put into a page as it is
  return <div className="written" dangerouslySetInnerHTML={{ __html: html }} />
}
