/// <reference lib="dom" />
import { type Day, dateBefore, dayText, decodeDays } from '../day-text.ts'
import { saying } from './saying.ts'

/** Lets the bars be moved over by pointer and by keys, each telling of its day; one of all of them is told of at a time. */
export function followBars(): { refresh(): void } {
  const tip = document.createElement('div')
  const frame = document.createElement('div')
  tip.className = 'tip'
  frame.className = 'shown'
  tip.ariaHidden = 'true'
  let told: HTMLElement | undefined
  let isPinned = false

  const hide = () => {
    told = undefined
    isPinned = false
    tip.remove()
    frame.remove()
  }
  const show = (bars: HTMLElement, place: number) => {
    if (told !== bars) hide()
    told = bars
    const { days, first } = daysOf(bars)
    const index = Math.min(Math.max(place, first), days.length - 1)
    bars.ariaValueNow = String(index)
    bars.ariaValueText = textOf(bars, days, index)
    tip.textContent = bars.ariaValueText
    const count = days.length - first
    bars.append(frame, tip)
    frame.style.left = `${((index - first) / count) * 100}%`
    frame.style.width = `${100 / count}%`
    const room = bars.clientWidth - tip.offsetWidth
    const middle = ((index - first + 0.5) / count) * bars.clientWidth
    tip.style.left = `${Math.max(0, Math.min(room, middle - tip.offsetWidth / 2))}px`
  }
  const upgrade = () => {
    for (const bars of document.querySelectorAll<HTMLElement>('.bars[role=img]')) makeSlider(bars)
    if (told && !told.isConnected) hide()
  }

  document.addEventListener('pointermove', ({ target, clientX }) => {
    const bars = barsOf(target)
    if (isPinned || (bars && tip.contains(target as Node))) return
    if (bars) show(bars, placeAt(bars, clientX))
    else if (told && told !== document.activeElement) hide()
  })
  document.addEventListener('click', ({ target, clientX }) => {
    const bars = barsOf(target)
    if (!bars) return isPinned ? hide() : undefined
    if (tip.contains(target as Node)) return
    const place = placeAt(bars, clientX)
    const isSame = isPinned && told === bars && bars.ariaValueNow === String(place)
    show(bars, place)
    isPinned = !isSame
  })
  document.addEventListener('focusin', ({ target }) => {
    const bars = barsOf(target)
    if (bars && bars !== told && bars.matches(':focus-visible')) show(bars, Number(bars.ariaValueNow))
  })
  document.addEventListener('focusout', ({ target }) => {
    if (barsOf(target) === told && !isPinned) hide()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && told) return hide()
    const bars = barsOf(event.target)
    if (!bars) return
    const place = placeBy(event.key, bars)
    if (place !== undefined) show(bars, place)
    else if (event.key === 'Enter' || event.key === ' ') {
      const isSame = isPinned && told === bars
      show(bars, Number(bars.ariaValueNow))
      isPinned = !isSame
    } else return
    event.preventDefault()
  })
  upgrade()
  return { refresh: upgrade }
}

function barsOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.bars') : null
}

/** A slider is what can be moved over by arrows, and says where it is in words. */
function makeSlider(bars: HTMLElement): void {
  const { days, first } = daysOf(bars)
  const last = days.length - 1
  bars.role = 'slider'
  bars.tabIndex = 0
  bars.ariaReadOnly = 'true'
  bars.ariaValueMin = String(first)
  bars.ariaValueMax = String(last)
  bars.ariaValueNow = String(last)
  bars.ariaValueText = textOf(bars, days, last)
}

function textOf(bars: HTMLElement, days: readonly Day[], index: number): string {
  return dayText(dateBefore(bars.dataset.last ?? '', days.length - 1 - index), days[index] ?? null, saying)
}

/** The days of some bars, and the first of those for which there is room. */
function daysOf(bars: HTMLElement): { days: readonly Day[]; first: number } {
  const days = decodeDays(bars.dataset.days ?? '')
  const drawn = bars.querySelector('svg')?.clientWidth ?? 0
  const share = drawn > 0 ? Math.min(1, bars.clientWidth / drawn) : 1
  return { days, first: days.length - Math.max(1, Math.round(days.length * share)) }
}

function placeAt(bars: HTMLElement, x: number): number {
  const { days, first } = daysOf(bars)
  const { left, width } = bars.getBoundingClientRect()
  return first + Math.floor(((x - left) / width) * (days.length - first))
}

/** Where a key leads; undefined where it leads nowhere. */
function placeBy(key: string, bars: HTMLElement): number | undefined {
  const now = Number(bars.ariaValueNow)
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageUp: 7,
    PageDown: -7,
  }
  if (key in steps) return now + (steps[key] ?? 0)
  if (key === 'Home') return 0
  return key === 'End' ? Number(bars.ariaValueMax) : undefined
}
