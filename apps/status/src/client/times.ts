/// <reference lib="dom" />
import { durationText } from '../day-text.ts'
import { type TimeKind, timeText, zoneName } from '../time-text.ts'
import { saying } from './saying.ts'

const { locale, words } = saying
const here = { locale, timeZone: undefined }

/** Writes all times below an element by the zone of whoever reads, and how long what lasts has lasted by now. */
export function tellTimes(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-time]')) {
    const { dateTime, dataset } = time
    const ms = Date.parse(dateTime)
    write(time, timeText(ms, dataset.time as TimeKind, here))
    time.title = `${timeText(ms, 'moment', { locale, timeZone: 'UTC' })} UTC`
  }
  for (const zone of root.querySelectorAll<HTMLElement>('[data-zone]'))
    write(zone, zoneName(Date.parse(zone.dataset.zone ?? ''), here))
  for (const span of root.querySelectorAll<HTMLElement>('[data-since]')) {
    const minutes = Math.floor((Date.now() - Date.parse(span.dataset.since ?? '')) / 60_000)
    write(span, durationText(Math.max(1, minutes) * 60, words.units))
  }
}

/** What says the same already is left alone: a changed text makes the browser lay out the page anew. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
