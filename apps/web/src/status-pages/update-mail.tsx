'use client'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Reading } from '../settings/reading.tsx'
import { type Seen, updateMailQuery } from './notice-queries.ts'

interface UpdateMailProps {
  seen: Seen
  updateId: string
}

/** The mail that subscribers get once it is published; asked for when somebody wants to see it. */
export function UpdateMail({ seen, updateId }: UpdateMailProps) {
  const [isOpen, setIsOpen] = useState(false)
  const query = useQuery({ ...updateMailQuery(seen, updateId), enabled: isOpen })
  return (
    <details className="mt-1 text-13" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer py-1 text-muted">{t('The mail to subscribers')}</summary>
      {isOpen && (
        <Reading query={query}>
          {({ subject, text }) => (
            <div className="mt-1 rounded-control border border-line bg-bg p-3">
              <p className="font-medium [overflow-wrap:anywhere]">{subject}</p>
              <p className="mt-2 whitespace-pre-line [overflow-wrap:anywhere]">{text}</p>
            </div>
          )}
        </Reading>
      )}
    </details>
  )
}
