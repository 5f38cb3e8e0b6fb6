import type { CheckResult } from '@repo/domain/check'
import { tickOutcome } from '@repo/domain/outcome'
import pg from 'pg'

export interface BareWriter {
  write(results: readonly CheckResult[]): Promise<void>
  count(): Promise<number>
  close(): Promise<void>
}

/** The least that storing results can cost: a prepared insert of the same columns into a table with the same key, no more. */
export async function createBareWriter(url: string): Promise<BareWriter> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create table bare (monitor_key integer, region_key smallint, verdict smallint, status smallint, scheduled_at timestamptz,
    start_lag_ms integer, total_us integer, dns_us integer, connect_us integer, tls_us integer, first_byte_us integer, transfer_us integer,
    redirects smallint, certificate_expires_at timestamptz, address inet, primary key (monitor_key, region_key, scheduled_at))`)
  return {
    async write(results) {
      await client.query({ name: 'bare', text: insert, values: columnsOf(results) })
    },
    async count() {
      const { rows } = await client.query<{ count: number }>('select count(*)::integer as count from bare')
      return rows[0]?.count ?? 0
    },
    close: () => client.end(),
  }
}

const insert = `insert into bare
  select monitor_key, 1, 0, status, to_timestamp(scheduled_at_ms / 1000), 1, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us,
    0, to_timestamp(expires_ms / 1000), address
  from unnest($1::integer[], $2::smallint[], $3::float8[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::integer[], $9::integer[],
    $10::float8[], $11::inet[]) as r (monitor_key, status, scheduled_at_ms, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us, expires_ms, address)`

function columnsOf(results: readonly CheckResult[]): unknown[][] {
  const phase = (name: keyof CheckResult['outcome']['phases']) => results.map(({ outcome }) => outcome.phases[name])
  return [
    results.map((result) => result.monitorKey),
    results.map(({ outcome }) => outcome.status),
    results.map((result) => result.scheduledAtMs),
    ...(['total', 'dns', 'connect', 'tls', 'firstByte', 'transfer'] as const).map(phase),
    results.map(({ outcome }) => tickOutcome(outcome).certificateExpiresAtMs),
    results.map(({ outcome }) => outcome.address),
  ]
}
