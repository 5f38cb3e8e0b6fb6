let kept: BroadcastChannel | undefined

/** The one of this tab: what it says itself does not come back on it. It is opened by who uses it, as pages are also drawn without a browser. */
function channel(): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined
  kept ??= new BroadcastChannel('workspace')
  return kept
}

/** The session went to another workspace, and with it every tab of this browser; this one knows. */
export function tellOtherTabs(workspaceId: string): void {
  channel()?.postMessage(workspaceId)
}

/**
 * Calls back when another tab has gone to another workspace: what this one shows is of one that the session is not in.
 * @returns how to listen no more.
 */
export function onOtherWorkspace(begin: (workspaceId: string) => void): () => void {
  const heard = ({ data }: MessageEvent<string>) => begin(data)
  channel()?.addEventListener('message', heard)
  return () => channel()?.removeEventListener('message', heard)
}
