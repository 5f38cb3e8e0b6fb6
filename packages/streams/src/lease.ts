/** Leadership for a while: of all who want it, one holds it at a time. */
export interface Lease {
  /**
   * Takes a free lease or renews an own one; call it about every third of `ttlMs`. The token grows with every change of
   * holder: a write that carries an older one comes from somebody who no longer leads.
   */
  hold(): Promise<Hold>
  /** Frees the lease if it is still held, so that another takes it at once. */
  release(): Promise<void>
}

export type Hold = { readonly held: false } | { readonly held: true; readonly token: number }

export interface LeaseOptions {
  readonly name: string
  /** Unique among all who want the lease, and new with every start. */
  readonly holder: string
  readonly ttlMs: number
}
