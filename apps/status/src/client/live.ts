/// <reference lib="dom" />
import { tellTimes } from './times.ts'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** Without a word for so long, what is shown may not be true any more. */
const LOST_MS = 15_000

interface PageEvent {
  /** Of what the page says after it. */
  readonly version: string
  readonly parts: Readonly<Record<string, string>>
}

/** Puts what changes into the page, for as long as it is read; what was missed meanwhile is told at the next connection. */
export function listenTo(url: string, { version, onReplaced }: { version: string; onReplaced: () => void }): void {
  let waitMs = FIRST_WAIT_MS
  let known = version
  let lost: ReturnType<typeof setTimeout> | undefined
  let isLost = false
  connect()

  function connect(): void {
    const source = new EventSource(`${url}?version=${known}`)
    source.onopen = () => {
      waitMs = FIRST_WAIT_MS
      // Whoever starts again counts anew.
      revision = 0
      clearTimeout(lost)
      lost = undefined
      if (isLost) showStale(false)
      isLost = false
      showLive(true)
    }
    // A browser gives up for good where it is answered by an error; a server that starts again answers so for a while.
    source.onerror = () => {
      source.close()
      showLive(false)
      lost ??= setTimeout(() => {
        isLost = true
        showStale(true)
      }, LOST_MS)
      setTimeout(connect, waitMs * (0.5 + Math.random()))
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
    source.addEventListener('stale', () => showStale(true))
    source.addEventListener('fresh', () => showStale(false))
    source.addEventListener('page', ({ data }) => {
      const event: PageEvent = JSON.parse(data)
      known = event.version
      showStale(false)
      for (const [name, html] of Object.entries(event.parts)) replace(name, html, onReplaced)
    })
  }
}

/** What is to come into a part when the focus has left it. */
const waiting = new Map<Element, string>()

function replace(name: string, html: string, onReplaced: () => void): void {
  const part = document.querySelector(`[data-part="${CSS.escape(name)}"]`)
  if (!part) return
  if (part.contains(document.activeElement)) {
    if (!waiting.has(part)) part.addEventListener('focusout', () => setTimeout(later), { once: true })
    waiting.set(part, html)
  } else put(part, html)
  onReplaced()

  function later(): void {
    const latest = waiting.get(part as Element) ?? html
    waiting.delete(part as Element)
    replace(name, latest, onReplaced)
  }
}

/** What somebody has folded or unfolded stays as it is. */
function put(part: Element, html: string): void {
  if (part.innerHTML === html) return
  const folds = Array.from(part.querySelectorAll('details'), ({ open }) => open)
  part.innerHTML = html
  for (const [place, details] of part.querySelectorAll('details').entries()) details.open = folds[place] ?? details.open
  tellTimes(part)
}

const notice = document.querySelector<HTMLElement>('[data-stale]')
const sign = document.querySelector<HTMLElement>('[data-live]')
const liveWord = sign?.textContent ?? ''

function showStale(isStale: boolean): void {
  if (notice) notice.hidden = !isStale
  // Whoever is told that there is no live data is not told that it is live.
  if (sign && !sign.classList.contains('lost')) sign.hidden = isStale
}

function showLive(isLive: boolean): void {
  if (!sign) return
  sign.textContent = isLive ? liveWord : (sign.dataset.reconnecting ?? '')
  sign.classList.toggle('lost', !isLive)
  sign.hidden = isLive && notice?.hidden === false
}
