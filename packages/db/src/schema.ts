import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

/**
 * The tables that ordinary queries use, as Drizzle sees them. The truth is in `migrations/`; a test compares the two.
 * The others are left out: their statements are written by hand.
 */

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  username: text('username').notNull(),
  usernameKey: text('username_key').notNull(),
  passwordHash: text('password_hash'),
  email: text('email'),
  phone: text('phone'),
  createdAt: instant('created_at').notNull().defaultNow(),
  isOperator: boolean('is_operator').notNull().default(false),
  emailKey: text('email_key'),
  passwordChangedAt: instant('password_changed_at'),
  totpSecret: text('totp_secret'),
  totpConfirmedAt: instant('totp_confirmed_at'),
  totpLastStep: bigint('totp_last_step', { mode: 'number' }),
})

export const workspace = pgTable('workspace', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  monitorLimit: integer('monitor_limit'),
  memberLimit: integer('member_limit'),
  intervalFloorSeconds: integer('interval_floor_seconds'),
  checksPerMinute: integer('checks_per_minute'),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  timeZone: text('time_zone').notNull().default('UTC'),
  digestAt: instant('digest_at').notNull().default(new Date(0)),
  deletedAt: instant('deleted_at'),
})

export const membership = pgTable(
  'membership',
  {
    workspaceId: uuid('workspace_id').notNull(),
    userId: uuid('user_id').notNull(),
    role: text('role', { enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    joinedAt: instant('joined_at').defaultNow(),
    digest: boolean('digest').notNull().default(true),
    digestToken: uuid('digest_token').notNull().defaultRandom(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
)

export const region = pgTable('region', {
  regionKey: smallint('region_key').generatedAlwaysAsIdentity().primaryKey(),
  name: text('name').notNull(),
})

export const monitor = pgTable('monitor', {
  monitorKey: integer('monitor_key').generatedAlwaysAsIdentity().primaryKey(),
  id: uuid('id').notNull(),
  workspaceId: uuid('workspace_id').notNull(),
  name: text('name').notNull(),
  spec: jsonb('spec').notNull(),
  target: text('target').notNull(),
  intervalMs: integer('interval_ms').notNull(),
  regions: text('regions').array().notNull(),
  pausedAt: instant('paused_at'),
  scheduleFrom: instant('schedule_from').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  unreadableSince: instant('unreadable_since'),
  tags: text('tags').array().notNull().default([]),
  version: integer('version').notNull().default(1),
  policy: jsonb('policy').notNull().default({}),
  mutedRegions: text('muted_regions').array().notNull().default([]),
  pausedByDeletion: boolean('paused_by_deletion').notNull().default(false),
})

export const monitorState = pgTable('monitor_state', {
  monitorKey: integer('monitor_key').primaryKey(),
  status: text('status', { enum: ['up', 'degraded', 'down', 'unknown'] })
    .notNull()
    .default('unknown'),
  since: instant('since'),
  causeCode: text('cause_code'),
  causeMessage: text('cause_message'),
  causeRegion: text('cause_region'),
  failing: smallint('failing').notNull().default(0),
  reporting: smallint('reporting').notNull().default(0),
  recoveries: timestamp('recoveries', { withTimezone: true, mode: 'date' }).array().notNull().default([]),
  rejudge: boolean('rejudge').notNull().default(false),
  // These follow the monitor by triggers; nobody writes them.
  workspaceId: uuid('workspace_id').notNull(),
  id: uuid('id').notNull(),
  nameKey: text('name_key').notNull(),
  paused: boolean('paused').notNull(),
  maintenanceSince: instant('maintenance_since'),
  maintenanceUntil: instant('maintenance_until'),
  rank: smallint('rank').notNull().generatedAlwaysAs(sql`generated`),
})

export const monitorRegion = pgTable(
  'monitor_region',
  {
    monitorKey: integer('monitor_key').notNull(),
    regionKey: smallint('region_key').notNull(),
    verdict: smallint('verdict').notNull(),
    since: instant('since').notNull(),
    scheduledAt: instant('scheduled_at').notNull(),
    code: smallint('code').notNull(),
    message: text('message').notNull(),
    vote: smallint('vote').notNull(),
    voteSince: instant('vote_since').notNull(),
    blind: boolean('blind').notNull(),
    streak: smallint('streak').notNull(),
    streakSince: instant('streak_since').notNull(),
    streakVerdict: smallint('streak_verdict').notNull(),
  },
  (table) => [primaryKey({ columns: [table.monitorKey, table.regionKey] })],
)
