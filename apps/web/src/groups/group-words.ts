import type { Group } from '@repo/contracts/groups'
import type { Status } from '@repo/domain/status'
import { statusWord } from '@repo/ui/status'
import { numberText } from '@repo/ui/words'

/** What a group needs, in words: `Works while 2 of 5 members do`. */
export function ruleText({ rule, members }: Pick<Group, 'rule' | 'members'>): string {
  switch (rule.kind) {
    case 'all':
      return 'Works while every member does'
    case 'any':
      return 'Works while one member does'
    case 'atLeast':
      return `Works while ${rule.count} of ${members.length} members do`
    case 'weight':
      return `Works while members weigh ${rule.threshold} of ${members.reduce((sum, { weight }) => sum + weight, 0)}`
  }
}

const order: readonly Status[] = ['down', 'degraded', 'unknown', 'maintenance', 'up', 'paused']

/** `1 down, 3 up`. */
export function membersText(members: Group['members']): string {
  if (members.length === 0) return 'no members'
  return order
    .map((status) => [status, members.filter((member) => member.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${numberText(count)} ${statusWord[status].toLowerCase()}`)
    .join(', ')
}
