import type { ReportedIncident, WeekReport } from '@repo/domain/digest'
import { lasting, oneLine, shortened, subjectLength } from './message.ts'

/** A weekly report in words, for the HTML and for the text of its mail: nothing in it is markup. */
export interface DigestText {
  /** At most 70 characters. */
  readonly subject: string
  readonly lead: string
  readonly sections: readonly DigestSection[]
  /** Where the mails are ended; undefined where the instance does not know its own address. */
  readonly unsubscribe: string | undefined
}

export interface DigestSection {
  readonly title: string
  readonly lines: readonly { readonly text: string; readonly url: string | undefined }[]
}

export interface DigestPlace {
  readonly workspaceName: string
  /** By whose clocks instants are written. */
  readonly timeZone: string
  /** The start of links; without it there are none. */
  readonly publicUrl: string | undefined
  /** Ends the mails of whoever has it. */
  readonly token: string
}

const nameLength = 80
const causeLength = 120

export function digestText(report: WeekReport, place: DigestPlace): DigestText {
  const { publicUrl, token } = place
  return {
    subject: subjectOf(report, place),
    lead: leadOf(report, place),
    sections: [
      incidentsOf(report, place),
      worstOf(report, place),
      endingOf(report, place),
      givenUpOf(report, place),
    ].filter(({ lines }) => lines.length > 0),
    unsubscribe: publicUrl === undefined ? undefined : `${publicUrl}/api/digest/unsubscribe?token=${token}`,
  }
}

/** The same as text alone. */
export function plainDigest({ lead, sections, unsubscribe }: DigestText): string {
  const parts = [
    lead,
    ...sections.map(({ title, lines }) => [title, ...lines.map(plainLine)].join('\n')),
    ...(unsubscribe === undefined ? [] : [`No more of these mails:\n${unsubscribe}`]),
  ]
  return `${parts.join('\n\n')}\n`
}

function plainLine({ text, url }: DigestSection['lines'][number]): string {
  return url === undefined ? `- ${text}` : `- ${text}\n  ${url}`
}

function subjectOf(report: WeekReport, { workspaceName }: DigestPlace): string {
  const percent = report.uptimePercent === null ? '' : `${percentText(report.uptimePercent)} up, `
  const tail = `${percent}${counted(report.incidents.count, 'incident')}`
  const name = shortened(oneLine(workspaceName), Math.max(24, subjectLength - 'REPORT'.length - tail.length - 4))
  return shortened(`REPORT ${name} - ${tail}`, subjectLength)
}

function leadOf({ period, watched, uptimePercent, downMs }: WeekReport, place: DigestPlace): string {
  const { workspaceName, timeZone } = place
  const week = `${instantText(period.fromMs, timeZone)} to ${instantText(period.toMs, timeZone)} (${timeZone})`
  const name = shortened(oneLine(workspaceName), nameLength)
  if (uptimePercent === null) return `${name}, ${week}: nothing was watched.`
  const down = downMs === 0 ? 'nothing was down' : `down for ${lasting(downMs)} together`
  return `${name}, ${week}: ${counted(watched, 'monitor')}, ${percentText(uptimePercent)} up, ${down}.`
}

function incidentsOf({ incidents }: WeekReport, place: DigestPlace): DigestSection {
  const { count, longest } = incidents
  const of = count > longest.length ? `the longest of ${count}` : String(count)
  return {
    title: `Incidents: ${of}`,
    lines: longest.map((incident) => ({
      text: incidentText(incident, place),
      url: linkOf(place, `/incidents/${incident.id}`),
    })),
  }
}

function incidentText({ monitorName, severity, beganAtMs, endedAtMs, cause }: ReportedIncident, place: DigestPlace) {
  const began = instantText(beganAtMs, place.timeZone)
  const time = endedAtMs === null ? `since ${began}, not over` : `for ${lasting(endedAtMs - beganAtMs)} from ${began}`
  const why = shortened(oneLine(cause), causeLength)
  return `${nameOf(monitorName)}: ${severity} ${time}${why === '' ? '' : ` - ${why}`}`
}

function worstOf({ worst }: WeekReport, place: DigestPlace): DigestSection {
  return {
    title: 'Least uptime',
    lines: worst.map(({ id, name, uptimePercent, downMs }) => ({
      text: `${nameOf(name)}: ${percentText(uptimePercent)} up, down for ${lasting(downMs)}`,
      url: linkOf(place, `/monitors/${id}`),
    })),
  }
}

function endingOf({ ending, period }: WeekReport, place: DigestPlace): DigestSection {
  return {
    title: 'Ends soon',
    lines: ending.map(({ monitorId, monitorName, kind, expiresAtMs }) => ({
      text: `${nameOf(monitorName)}: the ${kind} ${expiresAtMs < period.toMs ? 'ended' : 'ends'} on ${instantText(expiresAtMs, place.timeZone)}`,
      url: linkOf(place, `/monitors/${monitorId}`),
    })),
  }
}

function givenUpOf({ givenUp }: WeekReport, place: DigestPlace): DigestSection {
  return {
    title: 'Alerts that reached nobody',
    lines: givenUp.map(({ channelName, count }) => ({
      text: `${nameOf(channelName)}: ${counted(count, 'message')} given up`,
      url: linkOf(place, '/'),
    })),
  }
}

function linkOf({ publicUrl }: DigestPlace, path: string): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}${path}`
}

function nameOf(name: string): string {
  return shortened(oneLine(name), nameLength)
}

/** Three decimals, where they say something: rounded down already. */
function percentText(percent: number): string {
  return `${percent} %`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `2026-06-01 08:00`, by the clocks of a place. */
function instantText(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(ms)
}
