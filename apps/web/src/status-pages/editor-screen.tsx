'use client'
import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useEffect, useRef, useState } from 'react'
import { isStatus } from '../api/request.ts'
import { useUnsaved } from '../form/use-unsaved.tsx'
import { Reading } from '../settings/reading.tsx'
import { Breadcrumb } from '../shell/breadcrumb.tsx'
import { Missing } from '../shell/missing.tsx'
import { usePageName } from '../shell/page-name.ts'
import { useMay } from '../shell/use-may.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { EditorBar } from './editor-bar.tsx'
import { EditorTabs, useEditorTab } from './editor-tabs.tsx'
import { Outline } from './outline.tsx'
import { mergeContents, sameContent } from './page-draft.ts'
import { statusPageQuery } from './page-queries.ts'
import { PageSettings } from './page-settings.tsx'
import { PreviewFrame } from './preview-frame.tsx'
import { type PageErrors, useSavePage } from './use-save-page.ts'

const IncidentsTab = dynamic(() => import('./incidents-tab.tsx').then((module) => module.IncidentsTab))
const SubscribersTab = dynamic(() => import('./subscribers-tab.tsx').then((module) => module.SubscribersTab))
const AnnouncementsTab = dynamic(() => import('./announcements-tab.tsx').then((module) => module.AnnouncementsTab))
const SettingsTab = dynamic(() => import('./settings-tab.tsx').then((module) => module.SettingsTab))

/** A status page while it is written, and beside it what the public would see. */
export function EditorScreen({ id }: { id: string }) {
  const query = useQuery(statusPageQuery(id))
  usePageName(query.data?.draft.title ?? t('Status page'))
  if (isStatus(query.error, 404)) return <Missing what="page" />
  return <Reading query={query}>{(page) => <Editor page={page} />}</Reading>
}

/** What is written, the version from which that began, and how both change. */
function useDraft(page: StatusPage) {
  const [base, setBase] = useState(page)
  const [slug, setSlug] = useState(page.slug)
  const [content, setContent] = useState(page.draft)
  const isChanged = slug !== base.slug || !sameContent(content, base.draft)
  // Nothing of one's own is lost by it: what others saved is simply there.
  if (!isChanged && page.version > base.version) {
    setBase(page)
    setSlug(page.slug)
    setContent(page.draft)
  }
  // A password or a logo was set: it is another version, and what is written began from the same draft.
  if (isChanged && page.version > base.version && page.slug === base.slug && sameContent(page.draft, base.draft))
    setBase(page)
  const begin = (from: StatusPage, mine: PageContent = from.draft) => {
    setBase(from)
    setSlug(from.slug)
    setContent(mine)
  }
  return { base, slug, setSlug, content, setContent, isChanged, begin }
}

function Editor({ page }: { page: StatusPage }) {
  const draft = useDraft(page)
  const { base, slug, content, isChanged, begin } = draft
  const mayChange = useMay('member')
  const { tab, setTab } = useEditorTab()
  const unsaved = useUnsaved(isChanged)
  const save = useSavePage(page.id, { onSaved: begin })
  const { theirs } = save
  return (
    <>
      <Breadcrumb href="/status-pages" text={t('Status pages')} />
      <EditorBar
        page={base}
        isChanged={isChanged}
        isSaving={save.isPending}
        mayChange={mayChange}
        onSave={() => save.save({ slug, content }, base.version)}
        onDiscard={() => begin(page)}
        onMoved={begin}
        release={unsaved.release}
      />
      <EditorTabs tab={tab} onTab={setTab} />
      {tab === 'page' && <PageTab page={page} draft={draft} mayChange={mayChange} errors={save.errors} />}
      {tab === 'incidents' && <IncidentsTab page={page} mayChange={mayChange} />}
      {tab === 'announcements' && <AnnouncementsTab page={page} mayChange={mayChange} />}
      {tab === 'subscribers' && <SubscribersTab page={page} mayChange={mayChange} />}
      {tab === 'settings' && <SettingsTab page={page} mayChange={mayChange} />}
      {unsaved.question}
      {theirs && (
        <ConflictDialog
          theirs={theirs}
          merged={mergeContents(base.draft, content, theirs.draft)}
          onTheirs={() => {
            begin(theirs)
            save.resolve()
          }}
          onMine={(mine) => {
            begin(theirs, mine)
            save.resolve()
            save.save({ slug, content: mine }, theirs.version)
          }}
          mine={content}
          onClose={save.resolve}
        />
      )}
    </>
  )
}

interface PageTabProps {
  page: StatusPage
  draft: ReturnType<typeof useDraft>
  mayChange: boolean
  errors: PageErrors
}

/** The page itself, and beside it what the public would see. */
function PageTab({ page, draft: { slug, setSlug, content, setContent }, mayChange, errors }: PageTabProps) {
  const fields = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <fieldset ref={fields} disabled={!mayChange} className="flex min-w-0 flex-col gap-5">
        <legend className="sr-only">{t('What the page says')}</legend>
        <Outline content={content} onChange={setContent} errors={errors} />
        <PageSettings slug={slug} onSlug={setSlug} content={content} onChange={setContent} errors={errors} />
      </fieldset>
      <PreviewFrame id={page.id} content={content} />
    </div>
  )
}
