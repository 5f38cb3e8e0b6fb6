import { describe, expect, test } from 'bun:test'
import { decideIncident, type IncidentStep, type OpenIncident, type Severity } from '../src/incident.ts'
import type { VerdictStatus } from '../src/verdict.ts'

const open = (severity: Severity): OpenIncident => ({ id: 'i', severity })

describe('an incident', () => {
  const cases: [string, OpenIncident | undefined, VerdictStatus, boolean, IncidentStep][] = [
    ['opens when the monitor goes down', undefined, 'down', false, { kind: 'open', severity: 'down' }],
    ['does not open when it is merely degraded', undefined, 'degraded', false, { kind: 'none' }],
    [
      'opens when it is degraded where that is asked for',
      undefined,
      'degraded',
      true,
      { kind: 'open', severity: 'degraded' },
    ],
    ['does not open when it is up', undefined, 'up', true, { kind: 'none' }],
    ['does not open when nothing is known', undefined, 'unknown', true, { kind: 'none' }],
    ['goes on while it is down', open('down'), 'down', false, { kind: 'none' }],
    ['ends when it is up', open('down'), 'up', false, { kind: 'resolve', id: 'i' }],
    ['ends when it is merely degraded', open('down'), 'degraded', false, { kind: 'resolve', id: 'i' }],
    [
      'becomes milder where being degraded is one too',
      open('down'),
      'degraded',
      true,
      { kind: 'change', id: 'i', severity: 'degraded' },
    ],
    ['becomes worse when it goes down', open('degraded'), 'down', true, { kind: 'change', id: 'i', severity: 'down' }],
    ['goes on while nothing is known', open('down'), 'unknown', false, { kind: 'none' }],
  ]
  test.each(cases)('%s', (_sentence, incident, status, degradedIsIncident, step) => {
    expect(decideIncident(incident, status, { degradedIsIncident })).toEqual(step)
  })
})
