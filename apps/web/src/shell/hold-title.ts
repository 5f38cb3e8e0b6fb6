/**
 * Gives the page its title, and keeps it: a page that was built with another one may bring that late, when its head is
 * taken over after its body.
 * @returns What ends it.
 */
export function holdTitle(title: string): () => void {
  // As `document.title` reads it back: it would never be the same otherwise, and be set without end.
  const held = title.replace(/\s+/g, ' ').trim()
  const set = () => {
    if (document.title !== held) document.title = held
  }
  set()
  const observer = new MutationObserver(set)
  observer.observe(document.head, { childList: true, subtree: true, characterData: true })
  return () => observer.disconnect()
}
