import { describe, expect, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import { changedMonitorBody, draftOf, newDraft, newMonitorBody } from '../src/monitors/monitor-draft.ts'
import { keptSecrets, withFates } from '../src/monitors/secret-draft.ts'
import { makeMonitor } from './make.ts'

const set = { set: true } as const
const { spec: plain } = makeMonitor()
const spec = {
  ...plain,
  headers: [
    { name: 'Accept', value: 'text/html' },
    { name: 'X-Token', value: set },
    { name: 'X-Other', value: set },
  ],
  auth: { kind: 'basic', username: set, password: set },
  body: set,
  proxy: { host: 'proxy.example', port: 3_128, username: set, password: set },
} as Monitor['spec']

describe('the secrets of a spec', () => {
  test('are told each with its parts, and which of them a check can do without', () => {
    const told = keptSecrets(spec).map(({ id, what, name, paths, isRemovable }) => [
      id,
      { what, name, paths, isRemovable },
    ])
    expect(Object.fromEntries(told)).toEqual({
      auth: { what: 'basic', name: '', paths: ['auth.username', 'auth.password'], isRemovable: true },
      'headers.1': { what: 'header', name: 'X-Token', paths: ['headers.1.value'], isRemovable: true },
      'headers.2': { what: 'header', name: 'X-Other', paths: ['headers.2.value'], isRemovable: true },
      body: { what: 'body', name: '', paths: ['body'], isRemovable: true },
      proxy: { what: 'proxy', name: '', paths: ['proxy.username', 'proxy.password'], isRemovable: false },
    })
  })

  test('stay marks where nothing becomes of them', () => {
    expect(withFates(spec, {})).toEqual(spec)
    expect(withFates(spec, { auth: { kind: 'replaced', values: { 'auth.password': '' } } })).toEqual(spec)
  })

  test('are written anew by each of their parts alone', () => {
    const fates = { auth: { kind: 'replaced', values: { 'auth.password': 'new' } } } as const
    expect(withFates(spec, fates)).toEqual({
      ...spec,
      auth: { kind: 'basic', username: set, password: 'new' },
    } as never)
  })

  test('are taken away as a whole, and none of the others with them', () => {
    const { headers: _headers, auth: _auth, body: _body, ...rest } = spec as Extract<Monitor['spec'], { kind: 'http' }>
    const fates = { auth: { kind: 'removed' }, body: { kind: 'removed' }, 'headers.1': { kind: 'removed' } } as const
    const headers = [
      { name: 'Accept', value: 'text/html' },
      { name: 'X-Other', value: set },
    ]
    expect(withFates(spec, fates)).toEqual({ ...rest, headers } as never)
  })
})

describe('what is saved of a form', () => {
  test('keeps the headers that are there when one is added, and logs in as was chosen', () => {
    const monitor = makeMonitor({ spec })
    const typed = {
      ...draftOf(monitor),
      headerName: 'X-New',
      headerValue: 'new',
      authKind: 'bearer',
      authSecret: 'key',
    } as const
    const { spec: changed } = changedMonitorBody(typed, monitor)
    expect(changed).toMatchObject({ auth: { kind: 'bearer', token: 'key' } })
    expect(changed && 'headers' in changed && changed.headers?.map(({ name }) => name)).toEqual([
      ...['Accept', 'X-Token', 'X-Other', 'X-New'],
    ])
  })

  test('names what was seen of a new monitor, where something was', () => {
    const draft = { ...newDraft('shop.example'), pattern: 'v\\d+' }
    expect(newMonitorBody(draft)).not.toHaveProperty('looks')
    expect(newMonitorBody(draft, ['a look'])).toMatchObject({
      ...{ looks: ['a look'] },
      spec: { assertions: [{ kind: 'pattern', is: 'matches', value: 'v\\d+' }] },
    })
  })
})
