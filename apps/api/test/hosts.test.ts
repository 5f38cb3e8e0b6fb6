import { describe, expect, test } from 'bun:test'
import { createHostList } from '../src/access/hosts.ts'

describe('the name by which the instance is asked', () => {
  const isOurs = createHostList(['status.example.com', 'Uptime'])

  test.each([
    ['status.example.com'],
    ['status.example.com:8443'],
    ['STATUS.example.com'],
    ['uptime:3000'],
    ['localhost:3000'],
    ['127.0.0.1:3000'],
    ['192.168.1.5'],
    ['[::1]:3000'],
  ])('may be %s', (host) => {
    expect(isOurs(host)).toBe(true)
  })

  test.each([
    ['evil.example'],
    ['status.example.com.evil.example'],
    ['evil.example:3000'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example'],
    [''],
    ['status.example.com:port'],
    ['user@status.example.com'],
    ['status.example.com/../evil'],
    ['[::1].evil.example'],
  ])('may not be %p, as in DNS rebinding', (host) => {
    expect(isOurs(host)).toBe(false)
  })
})
