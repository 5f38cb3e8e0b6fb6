'use client'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'

interface PublishChoiceProps {
  isPublished: boolean
  onChange: (isPublished: boolean) => void
}

/** Whether everybody sees it at once. */
export function PublishChoice({ isPublished, onChange }: PublishChoiceProps) {
  return (
    <RadioGroup
      legend={t('Who sees it')}
      value={isPublished ? 'now' : 'later'}
      onChange={(value) => onChange(value === 'now')}
      options={[
        { value: 'now', text: t('Publish now') },
        { value: 'later', text: t('Keep as a draft') },
      ]}
    />
  )
}
