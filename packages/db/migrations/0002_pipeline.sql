-- What the pipeline needs: narrower ticks, the history of verdicts, what follows a verdict, and the accounts of slots.

-- Ticks anew: the same facts in fewer bytes. The code is a number (the place in the list of packages/domain/src/outcome.ts, append
-- only; 0 is OK), and an https check that passed has no null, which saves the row its null bitmap.
-- Existing ticks are carried over into the default partition, from where the keeper of partitions moves them to their days. The
-- tables are locked meanwhile: a minute for some ten million ticks.
alter table tick rename to tick_before;
alter table tick_default rename to tick_before_default;
alter index tick_pkey rename to tick_before_pkey;
alter index tick_default_pkey rename to tick_before_default_pkey;

create table tick (
  scheduled_at timestamptz not null,
  monitor_key integer not null,
  total_us integer not null,
  dns_us integer,
  connect_us integer,
  tls_us integer,
  first_byte_us integer,
  transfer_us integer,
  -- Minutes since 1970.
  certificate_expires_minute integer,
  region_key smallint not null,
  verdict smallint not null,
  code smallint not null,
  status smallint,
  -- At most 32,767: what could not start within half a minute is not run.
  start_lag_ms smallint not null,
  redirects smallint not null,
  address inet,
  -- Empty for a passing check without a remark.
  message text not null,
  primary key (monitor_key, region_key, scheduled_at)
) partition by range (scheduled_at);

-- Nothing is ever refused: what no day's partition takes lands here.
create table tick_default partition of tick default;

insert into tick (scheduled_at, monitor_key, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us, certificate_expires_minute,
  region_key, verdict, code, status, start_lag_ms, redirects, address, message)
select scheduled_at, monitor_key, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us,
  floor(extract(epoch from certificate_expires_at) / 60)::integer,
  region_key, verdict, coalesce(array_position(array[
    'OK', 'DNS_NXDOMAIN', 'DNS_SERVFAIL', 'DNS_REFUSED', 'DNS_TIMEOUT', 'DNS_NO_ADDRESS', 'DNS_MALFORMED', 'PROBE_DNS',
    'NO_ROUTE_V6', 'BLOCKED_ADDRESS', 'BLOCKED_REDIRECT', 'BLOCKED_SCHEME', 'BLOCKED_PORT', 'SELF_OFFLINE', 'TCP_REFUSED',
    'TCP_TIMEOUT', 'TCP_UNREACHABLE', 'TCP_RESET', 'TLS_EXPIRED', 'TLS_NOT_YET_VALID', 'TLS_SELF_SIGNED', 'TLS_UNTRUSTED',
    'TLS_NAME', 'TLS_ALERT', 'TLS_VERSION', 'TLS_TIMEOUT', 'TLS_CLIENT_CERT_REQUIRED', 'TLS_PROTOCOL', 'TTFB_TIMEOUT',
    'HEADERS_TIMEOUT', 'BODY_TIMEOUT', 'EMPTY_REPLY', 'RESET_IN_HEADERS', 'INCOMPLETE_HEADERS', 'NOT_HTTP', 'BAD_STATUS_LINE',
    'BAD_HTTP_VERSION', 'BAD_HEADER', 'TOO_MANY_HEADERS', 'HEADERS_TOO_LARGE', 'BAD_CONTENT_LENGTH', 'BAD_TRANSFER_ENCODING',
    'BAD_CHUNK', 'BAD_TRAILER', 'TRUNCATED_BODY', 'NO_FINAL_RESPONSE', 'UNEXPECTED_UPGRADE', 'TOO_MANY_REDIRECTS',
    'REDIRECT_NO_LOCATION', 'BAD_REDIRECT', 'UNEXPECTED_STATUS', 'RATE_LIMITED', 'PROBE_ERROR', 'EXPIRED', 'LOST',
    'DNS_CNAME_LOOP', 'DNS_VALUE', 'SLOW_DNS', 'SLOW_CONNECT', 'SLOW_TLS', 'SLOW_FIRST_BYTE', 'SLOW_RESPONSE', 'TLS_EXPIRING',
    'TLS_WEAK', 'TLS_REVOKED', 'TLS_PIN', 'UNCLEAN_CLOSE', 'AMBIGUOUS_LENGTH', 'BODY_CAP_REACHED', 'TOO_MANY_ENCODINGS',
    'BAD_ENCODING', 'KEYWORD_NOT_FOUND', 'KEYWORD_PRESENT', 'HEADER_MISMATCH', 'JSON_INVALID', 'JSON_MISMATCH', 'BODY_SIZE',
    'BOT_CHALLENGE', 'NOT_HTTPS', 'REDIRECT_REFUSED', 'HTTP2_ONLY', 'H2_ERROR', 'H2_ABUSE', 'PROXY_FAILED', 'ADDRESSES_FAILED',
    'STARTTLS_REFUSED', 'UNEXPECTED_ANSWER', 'ANSWER_TIMEOUT', 'CLOSED_EARLY', 'UDP_REFUSED', 'UDP_NO_ANSWER', 'PING_NO_REPLY',
    'PING_LOSS', 'PING_UNAVAILABLE', 'WS_REFUSED', 'WS_PROTOCOL', 'GRPC_NOT_SERVING', 'GRPC_ERROR', 'DOMAIN_NOT_FOUND',
    'DOMAIN_EXPIRED', 'DOMAIN_EXPIRING', 'DOMAIN_STATUS', 'RDAP_UNAVAILABLE', 'OUT_OF_DESCRIPTORS', 'CLOCK_JUMP'
  ], code) - 1, 0), status, least(start_lag_ms, 32767), redirects, address,
  coalesce(message, '')
from tick_before;

drop table tick_before;

-- What a region says is written when it changes, no longer with every tick (`scheduled_at` is the check that last changed it): so a
-- healthy monitor costs nothing but its ticks. Whether a result is late is told by the ticks themselves.
alter table monitor_region alter column code type smallint using coalesce(array_position(array[
    'OK', 'DNS_NXDOMAIN', 'DNS_SERVFAIL', 'DNS_REFUSED', 'DNS_TIMEOUT', 'DNS_NO_ADDRESS', 'DNS_MALFORMED', 'PROBE_DNS',
    'NO_ROUTE_V6', 'BLOCKED_ADDRESS', 'BLOCKED_REDIRECT', 'BLOCKED_SCHEME', 'BLOCKED_PORT', 'SELF_OFFLINE', 'TCP_REFUSED',
    'TCP_TIMEOUT', 'TCP_UNREACHABLE', 'TCP_RESET', 'TLS_EXPIRED', 'TLS_NOT_YET_VALID', 'TLS_SELF_SIGNED', 'TLS_UNTRUSTED',
    'TLS_NAME', 'TLS_ALERT', 'TLS_VERSION', 'TLS_TIMEOUT', 'TLS_CLIENT_CERT_REQUIRED', 'TLS_PROTOCOL', 'TTFB_TIMEOUT',
    'HEADERS_TIMEOUT', 'BODY_TIMEOUT', 'EMPTY_REPLY', 'RESET_IN_HEADERS', 'INCOMPLETE_HEADERS', 'NOT_HTTP', 'BAD_STATUS_LINE',
    'BAD_HTTP_VERSION', 'BAD_HEADER', 'TOO_MANY_HEADERS', 'HEADERS_TOO_LARGE', 'BAD_CONTENT_LENGTH', 'BAD_TRANSFER_ENCODING',
    'BAD_CHUNK', 'BAD_TRAILER', 'TRUNCATED_BODY', 'NO_FINAL_RESPONSE', 'UNEXPECTED_UPGRADE', 'TOO_MANY_REDIRECTS',
    'REDIRECT_NO_LOCATION', 'BAD_REDIRECT', 'UNEXPECTED_STATUS', 'RATE_LIMITED', 'PROBE_ERROR', 'EXPIRED', 'LOST',
    'DNS_CNAME_LOOP', 'DNS_VALUE', 'SLOW_DNS', 'SLOW_CONNECT', 'SLOW_TLS', 'SLOW_FIRST_BYTE', 'SLOW_RESPONSE', 'TLS_EXPIRING',
    'TLS_WEAK', 'TLS_REVOKED', 'TLS_PIN', 'UNCLEAN_CLOSE', 'AMBIGUOUS_LENGTH', 'BODY_CAP_REACHED', 'TOO_MANY_ENCODINGS',
    'BAD_ENCODING', 'KEYWORD_NOT_FOUND', 'KEYWORD_PRESENT', 'HEADER_MISMATCH', 'JSON_INVALID', 'JSON_MISMATCH', 'BODY_SIZE',
    'BOT_CHALLENGE', 'NOT_HTTPS', 'REDIRECT_REFUSED', 'HTTP2_ONLY', 'H2_ERROR', 'H2_ABUSE', 'PROXY_FAILED', 'ADDRESSES_FAILED',
    'STARTTLS_REFUSED', 'UNEXPECTED_ANSWER', 'ANSWER_TIMEOUT', 'CLOSED_EARLY', 'UDP_REFUSED', 'UDP_NO_ANSWER', 'PING_NO_REPLY',
    'PING_LOSS', 'PING_UNAVAILABLE', 'WS_REFUSED', 'WS_PROTOCOL', 'GRPC_NOT_SERVING', 'GRPC_ERROR', 'DOMAIN_NOT_FOUND',
    'DOMAIN_EXPIRED', 'DOMAIN_EXPIRING', 'DOMAIN_STATUS', 'RDAP_UNAVAILABLE', 'OUT_OF_DESCRIPTORS', 'CLOCK_JUMP'
  ], code) - 1, 0);

-- What was said of a monitor, and from when until when: consecutive, without gaps, the last one open. Uptime is computed from these.
create table state_interval (
  monitor_key integer not null references monitor on delete cascade,
  began_at timestamptz not null,
  ended_at timestamptz check (ended_at > began_at),
  status text not null check (status in ('up', 'degraded', 'down', 'unknown', 'maintenance', 'paused')),
  primary key (monitor_key, began_at)
);
create unique index state_interval_open on state_interval (monitor_key) where ended_at is null;

insert into state_interval (monitor_key, began_at, status)
select s.monitor_key, coalesce(m.paused_at, s.since, m.created_at), case when m.paused_at is null then s.status else 'paused' end
from monitor_state s join monitor m using (monitor_key);

-- What somebody has to be told of, written in the transaction in which it happened.
create table outbox (
  id bigint generated always as identity primary key,
  monitor_key integer not null references monitor on delete cascade,
  event text not null check (event in ('status')),
  body jsonb not null,
  created_at timestamptz not null default now()
);

-- Through when every slot of the monitors with this interval and timeout is known to have its row.
create table slot_account (
  interval_ms integer not null,
  timeout_ms integer not null,
  through timestamptz not null,
  primary key (interval_ms, timeout_ms)
);

-- When checks were being published: a slot without a result that lies in none of these was never published.
create table publisher_term (
  token bigint not null,
  began_at timestamptz not null,
  through timestamptz not null check (through >= began_at),
  primary key (token, began_at)
);
create index publisher_term_through on publisher_term (through);

-- Monitors whose specification cannot be read and which are therefore not checked.
alter table monitor add column unreadable_since timestamptz;

-- What consumers told of themselves last.
create table consumer_seen (
  name text primary key,
  region text not null,
  version text not null,
  online boolean not null,
  checks_per_second real not null,
  start_lag_ms real not null,
  probes_running integer not null,
  clock_offset_ms integer not null,
  seen_at timestamptz not null
);
