import { describe, expect, test } from 'bun:test'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import { makeWorkspaceId } from '@repo/domain/testing'
import { createKeyring, SecretError } from '@repo/secrets/keyring'
import { missingSecret } from '@repo/secrets/sealed-text'
import { createOpenSpec } from '../src/open-spec.ts'

const key = { id: 'k1', key: new Uint8Array(32).fill(1) }
const keyring = createKeyring([key])
const workspaceId = makeWorkspaceId()
const plain = checkSpecSchema.parse({
  kind: 'http',
  url: 'https://shop.example/',
  auth: { kind: 'bearer', token: 'hunter2' },
  headers: [
    { name: 'Accept', value: 'text/html' },
    { name: 'X-Key', value: 'k' },
  ],
})
const sealed = mapSecrets(plain, (text, place) => keyring.seal(String(text), secretContext(workspaceId, place)))

describe('the secrets of a check', () => {
  test('are opened for its probe, again and again', () => {
    const openSpec = createOpenSpec(keyring)
    expect(JSON.stringify(sealed)).not.toContain('hunter2')
    for (let time = 0; time < 3; time += 1) expect(openSpec({ spec: sealed, workspaceId })).toEqual(plain)
  })

  test('cost nothing where there are none', () => {
    const spec = checkSpecSchema.parse({ kind: 'ping', host: 'shop.example' })
    expect(createOpenSpec(createKeyring([]))({ spec, workspaceId })).toBe(spec)
  })

  test('do not open for another workspace, even where they have been opened for their own', () => {
    const openSpec = createOpenSpec(keyring)
    openSpec({ spec: sealed, workspaceId })
    expect(() => openSpec({ spec: sealed, workspaceId: makeWorkspaceId() })).toThrow('not to be opened')
    expect(() => openSpec({ spec: sealed })).toThrow('does not say for whom')
  })

  test('do not open in another field', () => {
    const openSpec = createOpenSpec(keyring)
    openSpec({ spec: sealed, workspaceId })
    const token = 'auth' in sealed && sealed.auth?.kind === 'bearer' ? sealed.auth.token : ''
    const moved = { ...sealed, auth: { kind: 'api-key', in: 'header', name: 'X-Echo', value: token } } as typeof sealed
    expect(() => openSpec({ spec: moved, workspaceId })).toThrow('auth.value is not to be opened')
  })

  test('that nobody has set are no secrets, and nothing is sent in their place', () => {
    const spec = { ...plain, auth: { kind: 'bearer', token: missingSecret } } as typeof plain
    const open = () => createOpenSpec(keyring)({ spec, workspaceId })
    expect(open).toThrow(SecretError)
    expect(open).toThrow('auth.token is not set')
  })

  test('that were stored before they were sealed are what they are', () => {
    expect(createOpenSpec(createKeyring([]))({ spec: plain, workspaceId })).toEqual(plain)
  })

  test('without their key are told of by the field and the name of the key', () => {
    const openSpec = createOpenSpec(createKeyring([{ id: 'k2', key: new Uint8Array(32) }]))
    const whole = 'headers.1.value is sealed with the instance key "k1", which is not known here'
    expect(() => openSpec({ spec: sealed, workspaceId })).toThrow(whole)
  })
})
