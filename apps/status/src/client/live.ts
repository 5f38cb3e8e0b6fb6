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
  connect()

  function connect(): void {
    const source = new EventSource(`${url}?version=${known}`)
    source.onopen = () => {
      waitMs = FIRST_WAIT_MS
      clearTimeout(lost)
      lost = undefined
      showLive(true)
    }
    // A browser gives up for good where it is answered by an error; a server that starts again answers so for a while.
    source.onerror = () => {
      source.close()
      showLive(false)
      lost ??= setTimeout(() => showStale(true), LOST_MS)
      setTimeout(connect, waitMs * (0.5 + Math.random()))
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
    source.addEventListener('stale', () => showStale(true))
    source.addEventListener('fresh', () => showStale(false))
    source.addEventListener('page', ({ data }) => {
      const event: PageEvent = JSON.parse(data)
      known = event.version
      showStale(false)
      for (const [name, html] of Object.entries(event.parts)) replacePart(name, html, onReplaced)
    })
  }
}

/** What is to come into an element when the focus has left it. */
const waiting = new Map<Element, string>()

function replacePart(name: string, html: string, onReplaced: () => void): void {
  const part = document.querySelector(`[data-part="${CSS.escape(name)}"]`)
  if (name === 'outline' && part?.innerHTML !== html) reload(onReplaced)
  else if (part) replace(part, html, onReplaced)
}

/** A page that has other sections and components than before is asked for as a whole. */
function reload(onReplaced: () => void): void {
  fetch(location.href, { cache: 'no-cache' })
    .then((response) => (response.ok ? response.text() : ''))
    .then((html) => {
      const whole = new DOMParser().parseFromString(html, 'text/html').querySelector('main')
      const main = document.querySelector('main')
      if (whole && main) replace(main, whole.innerHTML, onReplaced)
    })
    // It is asked for again when it changes again.
    .catch(() => undefined)
}

function replace(element: Element, html: string, onReplaced: () => void): void {
  if (element.contains(document.activeElement)) {
    if (!waiting.has(element)) element.addEventListener('focusout', () => setTimeout(later), { once: true })
    waiting.set(element, html)
  } else put(element, html)
  onReplaced()

  function later(): void {
    const latest = waiting.get(element) ?? html
    waiting.delete(element)
    replace(element, latest, onReplaced)
  }
}

/** What somebody has folded or unfolded stays as it is. */
function put(element: Element, html: string): void {
  if (element.innerHTML === html) return
  const folds = Array.from(element.querySelectorAll('details'), ({ open }) => open)
  element.innerHTML = html
  const details = [...element.querySelectorAll('details')]
  if (details.length === folds.length) for (const [place, one] of details.entries()) one.open = folds[place] ?? one.open
  tellTimes(element)
}

const sign = document.querySelector<HTMLElement>('[data-live]')
const liveWord = sign?.textContent ?? ''

/** It comes anew with the rest of the page. */
const noticeNow = () => document.querySelector<HTMLElement>('[data-stale]')

function showStale(isStale: boolean): void {
  const notice = noticeNow()
  if (notice) notice.hidden = !isStale
  // Whoever is told that there is no live data is not told that it is live.
  if (sign && !sign.classList.contains('lost')) sign.hidden = isStale
  confirm()
}

function showLive(isLive: boolean): void {
  if (!sign) return
  sign.textContent = isLive ? liveWord : (sign.dataset.reconnecting ?? '')
  sign.classList.toggle('lost', !isLive)
  sign.hidden = isLive && noticeNow()?.hidden === false
}

/** Whoever is told of all changes knows that what is shown is true now, although nothing came. */
export function confirm(): void {
  if (!sign || sign.hidden || sign.classList.contains('lost')) return
  for (const time of document.querySelectorAll<HTMLTimeElement>('[data-part=updated] time,[data-stale] time')) {
    time.dateTime = new Date().toISOString()
    tellTimes(time.parentElement ?? document)
  }
}
