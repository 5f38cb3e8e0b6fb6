/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** Texts that lie on each other, by what they say. */
export function overlapsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxes: { text: string; box: DOMRect }[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      if (text === '' || !node.parentElement?.checkVisibility()) continue
      if (node.parentElement.closest('.unseen,script,style')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const box of range.getClientRects()) boxes.push({ text, box })
    }
    // Lines of the same paragraph may touch.
    const isOn = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
    return boxes.flatMap((one, index) =>
      boxes.slice(index + 1).flatMap((other) => (isOn(one.box, other.box) ? [`${one.text} | ${other.text}`] : [])),
    )
  })
}
