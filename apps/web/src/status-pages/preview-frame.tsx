'use client'
import type { PageContent } from '@repo/contracts/status-pages'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { pagesKey, signedPreview } from './page-queries.ts'
import { refusalText } from './use-save-page.ts'

/** The states in it are those of now: it is drawn anew so often. */
const EVERY_MS = 10_000
const PAUSE_MS = 400

/** What the public would see: drawn by the very program that serves it to them. */
export function PreviewFrame({ id, content }: { id: string; content: PageContent }) {
  const [width, setWidth] = useState<'desktop' | 'phone'>('desktop')
  const asked = usePaused(useDeferredValue(content))
  const { data, error } = useQuery({
    queryKey: [...pagesKey, 'preview', id, asked],
    queryFn: ({ signal }) => signedPreview(id, asked, signal),
    placeholderData: (previous) => previous,
    refetchInterval: EVERY_MS,
    retry: false,
    gcTime: 0,
  })
  const form = useRef<HTMLFormElement>(null)
  const name = useId()
  useEffect(() => {
    if (data) form.current?.submit()
  }, [data])
  return (
    <section aria-label={t('Preview')} className="min-w-0 xl:sticky xl:top-6">
      <header className="mb-2 flex items-center justify-between gap-3">
        <h2 className="text-14 font-bold">{t('Preview')}</h2>
        <RadioGroup
          legend={t('Width of the preview')}
          value={width}
          onChange={setWidth}
          options={[
            { value: 'desktop', text: t('Desktop') },
            { value: 'phone', text: t('Phone') },
          ]}
        />
      </header>
      {error && (
        <p role="alert" className="mb-2 text-13 text-down-fg">
          {t('The preview is not up to date. {reason}', { reason: refusalText(error) })}
        </p>
      )}
      <form ref={form} method="post" encType="multipart/form-data" action="/status/preview" target={name} hidden>
        <input type="hidden" name="document" value={data?.document ?? ''} />
        <input type="hidden" name="signature" value={data?.signature ?? ''} />
      </form>
      <div className="overflow-hidden rounded-card border border-line bg-bg">
        <iframe
          name={name}
          title={t('What the public would see')}
          className={`mx-auto block h-[min(76dvh,900px)] border-0 ${width === 'phone' ? 'w-[390px] max-w-full' : 'w-full'}`}
        />
      </div>
    </section>
  )
}

function usePaused(content: PageContent): PageContent {
  const [paused, setPaused] = useState(content)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(content), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [content])
  return paused
}
