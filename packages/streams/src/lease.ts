/** Leadership for a while: of all who want it, one holds it at a time. */
export interface Lease {
  /**
   * Takes a free lease or renews an own one; call it about every third of `ttlMs`. The token grows with every change of
   * holder, also when the backend has forgotten everything: a write that carries an older one comes from somebody who no
   * longer leads.
   */
  hold(): Promise<Hold>
  /** Frees the lease if it is still held, so that another takes it at once. */
  release(): Promise<void>
  /** For what may only be written as long as nobody else has taken the lease; `token` comes from `hold`. */
  fence(token: number): Fence
}

export type Hold = { readonly held: false } | { readonly held: true; readonly token: number }

/** Made by a lease; a stream of the same backend compares it with the newest token in the step that writes. */
export interface Fence {
  readonly token: number
}

export interface LeaseOptions {
  readonly name: string
  /** Unique among all who want the lease, and new with every start. */
  readonly holder: string
  readonly ttlMs: number
}
