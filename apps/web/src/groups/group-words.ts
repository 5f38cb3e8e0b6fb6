import type { Group } from '@repo/contracts/groups'
import type { Status } from '@repo/domain/status'
import { statusWord } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'

/** What a group needs, in words: `Works while 2 of 5 members do`. */
export function ruleText({ rule, members }: Pick<Group, 'rule' | 'members'>): string {
  switch (rule.kind) {
    case 'all':
      return t('Works while every member does')
    case 'any':
      return t('Works while one member does')
    case 'atLeast':
      return t(
        'Works while {count} of {total, plural, one {# member} other {# members}} {count, plural, one {does} other {do}}',
        { count: rule.count, total: members.length },
      )
    case 'weight':
      return t('Works while members weigh {threshold} of {sum}', {
        threshold: rule.threshold,
        sum: members.reduce((sum, { weight }) => sum + weight, 0),
      })
  }
}

const order: readonly Status[] = ['down', 'degraded', 'unknown', 'maintenance', 'up', 'paused']

/** `1 down, 3 up`. */
export function membersText(members: Group['members']): string {
  if (members.length === 0) return t('no members')
  return order
    .map((status) => [status, members.filter((member) => member.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${numberText(count)} ${statusWord[status].toLowerCase()}`)
    .join(', ')
}
