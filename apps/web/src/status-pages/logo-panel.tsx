'use client'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { FileButton } from '@repo/ui/file-button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import { logoPath, removeLogo, setLogo } from './asset-queries.ts'
import { pagesKey } from './page-queries.ts'

/** As the API takes them: `logoTypes` and `logoLimits` of the contracts, whose schemas are not needed here. */
const TYPES = ['image/png', 'image/jpeg', 'image/webp']
const MAX_BYTES = 1_048_576

/** The logo as the public sees it, which is what we made of the file. */
export function LogoPanel({ page: { id, logo, draft }, mayChange }: { page: StatusPage; mayChange: boolean }) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (file: File | undefined) => {
      if (!file) return removeLogo(id)
      const objection = objectionTo(file)
      if (objection) throw new Error(objection)
      return setLogo(id, file)
    },
    onSuccess: (_, file) => {
      void client.invalidateQueries({ queryKey: pagesKey })
      notify(file ? t('The logo is set.') : t('The page has no logo any more.'))
    },
  })
  return (
    <Panel title={t('Logo')} note={t('PNG, JPEG or WebP, at most 1 MB')}>
      {logo === null ? (
        <p className="text-muted">{t('The page has no logo.')}</p>
      ) : (
        <div className="flex flex-wrap gap-3">
          {/* Whoever reads chooses the theme: it has to be seen on both. */}
          {(['light', 'dark'] as const).map((theme) => (
            <div
              key={theme}
              className={`grid h-20 min-w-40 place-items-center rounded-control border border-line px-4 ${theme === 'light' ? 'bg-white' : 'bg-black'}`}
            >
              {/* biome-ignore lint/performance/noImgElement: it stands behind the sign-in, where nothing can be optimised */}
              <img
                src={`${logoPath(id)}?of=${encodeURIComponent(logo)}`}
                alt={
                  theme === 'light'
                    ? t('The logo of {name}, on a light page', { name: draft.title })
                    : t('The logo of {name}, on a dark page', { name: draft.title })
                }
                className="max-h-12 max-w-60"
              />
            </div>
          ))}
        </div>
      )}
      {error && (
        <p role="alert" className="mt-2 text-13 text-down-fg">
          {failureText(error)}
        </p>
      )}
      {mayChange && (
        <div className="mt-3 flex flex-wrap gap-2">
          <FileButton
            text={isPending ? t('Sending…') : logo === null ? t('Choose an image') : t('Choose another image')}
            accept={TYPES.join(',')}
            disabled={isPending}
            onChoose={(file) => mutate(file)}
          />
          {logo !== null && (
            <Button look="danger" disabled={isPending} onClick={() => mutate(undefined)}>
              {t('Remove the logo')}
            </Button>
          )}
        </div>
      )}
    </Panel>
  )
}

/** What can be said before it is sent. */
function objectionTo({ type, size }: File): string | undefined {
  if (!TYPES.includes(type)) return t('This is not a PNG, JPEG or WebP image.')
  if (size > MAX_BYTES) return t('This image has more than 1 MB.')
  return undefined
}
