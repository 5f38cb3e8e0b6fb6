export interface DeletedWorkspaceTold {
  readonly workspaceName: string
  /** The name of whoever deleted it. */
  readonly by: string
  /** Unix time, in milliseconds: for so long it can be brought back. */
  readonly untilMs: number
  /** The start of links; without it there are none. */
  readonly publicUrl: string | undefined
}

/** Tells an owner of a workspace that it was deleted, and until when it can be brought back. */
export function workspaceDeletedMail({ workspaceName, by, untilMs, publicUrl }: DeletedWorkspaceTold): {
  readonly subject: string
  readonly text: string
} {
  const until = `${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const where =
    publicUrl === undefined ? 'Settings, Workspace' : `Settings, Workspace:\n${publicUrl}/settings/workspace`
  return {
    subject: `The workspace ${workspaceName} was deleted`,
    text: `${by} deleted the workspace "${workspaceName}". Nothing in it is checked any more, and nobody is told anything.

Until ${until} you can bring it back with everybody and everything in it, under ${where}

After that it is gone for good, with all of its history.
`,
  }
}
