import type { changeChannelSchema, channelTestSchema, createChannelSchema } from '@repo/contracts/alert-channels'
import type { changeAlertPolicySchema, createAlertPolicySchema, simulateSchema } from '@repo/contracts/alerts'
import type { digestSchema } from '@repo/contracts/digest'
import type { createOverrideSchema, createScheduleSchema, shiftListSchema } from '@repo/contracts/on-call'

/** The shapes of the contracts, of which a page needs the types alone. */
export type CreateChannel = ReturnType<typeof createChannelSchema.parse>
export type ChangeChannel = Partial<ReturnType<typeof changeChannelSchema.parse>>
export type ChannelTest = ReturnType<typeof channelTestSchema.parse>
export type CreatePolicy = ReturnType<typeof createAlertPolicySchema.parse>
export type ChangePolicy = Partial<ReturnType<typeof changeAlertPolicySchema.parse>>
export type Simulate = ReturnType<typeof simulateSchema.parse>
export type CreateSchedule = ReturnType<typeof createScheduleSchema.parse>
export type CreateOverride = ReturnType<typeof createOverrideSchema.parse>
export type Shift = ReturnType<typeof shiftListSchema.parse>['items'][number]
export type Digest = ReturnType<typeof digestSchema.parse>
