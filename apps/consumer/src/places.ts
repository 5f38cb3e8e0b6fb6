import type { WorkspaceId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import { FairTurns } from './fair-turns.ts'
import { Lines } from './lines.ts'

export interface PlacesOptions {
  /** Probes that run at once. */
  readonly count: number
  /** Of those of one workspace, how many at most burden one host. */
  readonly perHost: number
  readonly clock: Clock
}

export interface Wish {
  /** Whose it is. Checks of an earlier version do not say: they are taken for those of one workspace. */
  readonly workspaceId: WorkspaceId | undefined
  readonly host: string | null
  readonly urgent: boolean
  /**
   * Until then it waits for others of its host to end. After that it goes beside them: rather a fifth connection than a check
   * that is not run, and so says nothing of a host that hangs.
   */
  readonly politeUntilMs: number
}

interface Waiting extends Wish {
  readonly go: () => void
}

/** What a workspace has, and what of it waits. */
interface Tenant {
  running: number
  /** Those that wait for a place alone. */
  readonly line: Lines<Waiting>
  readonly hosts: Map<string, Host>
  seenAtMs: number
}

interface Host {
  readonly tenant: Tenant
  /** Those that run and those of the tenant's line: they may go as far as the host is concerned. */
  admitted: number
  /** Those that wait for others of this host to end. */
  readonly polite: Lines<Waiting>
  /** Before then none of them loses patience. */
  patientUntilMs: number
}

interface At {
  readonly tenant: Tenant
  readonly host: Host | undefined
}

/** This part of all places is kept from whoever has many, as long as others are about. */
const SPARE_PART = 8
/** Whoever has less than this part of the spare places has few. */
const FEW_PART = 4
const REMEMBERED_MS = 3_600_000
const PATIENCE_LOOK_MS = 50

/**
 * Places for probes. A free one goes to the workspace that has fewest, within that to the urgent first, and then in the order of
 * asking: so a workspace, whatever it waits for, takes no more than its share from others that want theirs. What nobody else
 * wants it may have, but for a few spare places: where all are taken by checks that wait for their timeouts, none becomes free
 * for many seconds.
 *
 * A free place is never kept from one host because of another: whoever waits for its own host is passed by.
 */
export class Places {
  readonly #options: PlacesOptions
  readonly #spare: number
  readonly #few: number
  readonly #tenants = new Map<WorkspaceId | undefined, Tenant>()
  readonly #turns = new FairTurns<Tenant>()
  readonly #crowded = new Set<Host>()
  #running = 0
  #waiting = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #forgetAtMs = 0

  constructor(options: PlacesOptions) {
    this.#options = options
    this.#spare = Math.floor(options.count / SPARE_PART)
    this.#few = Math.max(1, Math.floor(this.#spare / FEW_PART))
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Waits for a place and keeps it until `work` has ended. */
  async use<Result>(wish: Wish, work: () => Promise<Result>): Promise<Result> {
    const nowMs = this.#options.clock.nowMs()
    const tenant = this.#tenantOf(wish.workspaceId, nowMs)
    const host = wish.host === null ? undefined : hostOf(tenant, wish.host)
    if (host && host.admitted >= this.#options.perHost && nowMs < wish.politeUntilMs) {
      await new Promise<void>((go) => this.#waitPolitely(host, { ...wish, go }))
    } else if (tenant.line.length > 0 || !this.#mayEnter(tenant)) {
      await new Promise<void>((go) => this.#waitInLine({ tenant, host }, { ...wish, go }))
    } else {
      if (host) host.admitted += 1
      this.#enter(tenant)
    }
    try {
      return await work()
    } finally {
      this.#leave(tenant, wish.host)
    }
  }

  #waitPolitely(host: Host, waiting: Waiting): void {
    this.#waiting += 1
    host.polite.push(waiting)
    host.patientUntilMs = Math.min(host.patientUntilMs, waiting.politeUntilMs)
    this.#crowded.add(host)
    this.#wakeForPatience()
  }

  #waitInLine(at: At, waiting: Waiting): void {
    this.#waiting += 1
    this.#line(at, waiting)
  }

  #line({ tenant, host }: At, waiting: Waiting): void {
    if (host) host.admitted += 1
    tenant.line.push(waiting)
    this.#turns.add(tenant)
  }

  #mayEnter({ running }: Tenant): boolean {
    const free = this.#options.count - this.#running
    if (free > this.#spare) return true
    return free > 0 && (running < this.#few || this.#tenants.size === 1)
  }

  #enter(tenant: Tenant): void {
    this.#running += 1
    this.#changeRunning(tenant, 1)
  }

  /** Whoever waits is found by what it has. */
  #changeRunning(tenant: Tenant, by: number): void {
    if (tenant.line.length > 0) this.#turns.delete(tenant)
    tenant.running += by
    if (tenant.line.length > 0) this.#turns.add(tenant)
  }

  #leave(tenant: Tenant, hostName: string | null): void {
    this.#running -= 1
    this.#changeRunning(tenant, -1)
    const host = hostName === null ? undefined : tenant.hosts.get(hostName)
    if (host) {
      host.admitted -= 1
      const next = host.admitted < this.#options.perHost ? host.polite.shift() : undefined
      if (next) this.#line({ tenant, host }, next)
      if (host.polite.length === 0) this.#crowded.delete(host)
      if (host.admitted === 0) tenant.hosts.delete(hostName ?? '')
    }
    if (this.#waiting > 0) this.#admit()
  }

  #admit(): void {
    for (let tenant = this.#turns.next; tenant && this.#mayEnter(tenant); tenant = this.#turns.next) {
      this.#turns.delete(tenant)
      const next = tenant.line.shift()
      this.#enter(tenant)
      this.#waiting -= 1
      next?.go()
    }
  }

  #wakeForPatience(): void {
    if (this.#timer !== undefined || this.#crowded.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const nowMs = this.#options.clock.nowMs()
      for (const host of this.#crowded) if (host.patientUntilMs <= nowMs) this.#endPatience(host, nowMs)
      this.#admit()
      this.#wakeForPatience()
    }, PATIENCE_LOOK_MS)
  }

  #endPatience(host: Host, nowMs: number): void {
    let patientUntilMs = Number.POSITIVE_INFINITY
    const impatient = host.polite.takeWhere(({ politeUntilMs }) => {
      if (politeUntilMs <= nowMs) return true
      patientUntilMs = Math.min(patientUntilMs, politeUntilMs)
      return false
    })
    host.patientUntilMs = patientUntilMs
    for (const waiting of impatient) this.#line({ tenant: host.tenant, host }, waiting)
    if (host.polite.length === 0) this.#crowded.delete(host)
  }

  #tenantOf(workspaceId: WorkspaceId | undefined, nowMs: number): Tenant {
    if (nowMs >= this.#forgetAtMs) this.#forget(nowMs)
    const known = this.#tenants.get(workspaceId)
    if (known) {
      known.seenAtMs = nowMs
      return known
    }
    const tenant: Tenant = { running: 0, line: new Lines(), hosts: new Map(), seenAtMs: nowMs }
    this.#tenants.set(workspaceId, tenant)
    return tenant
  }

  /** Who was not seen for long is not about any more. */
  #forget(nowMs: number): void {
    this.#forgetAtMs = nowMs + REMEMBERED_MS / 4
    for (const [workspaceId, { running, hosts, line, seenAtMs }] of this.#tenants) {
      const isIdle = running === 0 && line.length === 0 && hosts.size === 0
      if (isIdle && seenAtMs <= nowMs - REMEMBERED_MS) this.#tenants.delete(workspaceId)
    }
  }
}

function hostOf(tenant: Tenant, name: string): Host {
  const known = tenant.hosts.get(name)
  if (known) return known
  const host: Host = { tenant, admitted: 0, polite: new Lines(), patientUntilMs: Number.POSITIVE_INFINITY }
  tenant.hosts.set(name, host)
  return host
}
