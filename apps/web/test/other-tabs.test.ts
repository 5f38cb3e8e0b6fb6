import { expect, test } from 'bun:test'
import { onOtherWorkspace, tellOtherTabs } from '../src/api/other-tabs.ts'

test('a tab hears of the workspace that another one went to, and not of its own', async () => {
  const heard: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = onOtherWorkspace((id) => {
    heard.push(id)
    resolve()
  })
  const other = new BroadcastChannel('workspace')
  const told = new Promise<string>((tell) => {
    other.onmessage = ({ data }: MessageEvent<string>) => tell(data)
  })
  tellOtherTabs('of this one')
  expect(await told).toBe('of this one')
  other.postMessage('of another')
  await promise
  expect(heard).toEqual(['of another'])
  stop()
  other.close()
})
