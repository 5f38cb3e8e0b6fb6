const CHANNEL = 'workspace'

/** The session went to another workspace, and with it every tab of this browser. */
export function tellOtherTabs(workspaceId: string): void {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(workspaceId)
  channel.close()
}

/**
 * Calls back when another tab has gone to another workspace: what this one shows is of one that the session is not in.
 * @returns how to listen no more.
 */
export function onOtherWorkspace(begin: (workspaceId: string) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => {}
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<string>) => begin(data)
  return () => channel.close()
}
