'use client'
import { t } from '@repo/ui/words'
import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useCallback, useEffect, useRef, useState } from 'react'
import { onOtherWorkspace } from '../api/other-tabs.ts'
import { createQueryClient, sessionQuery } from '../api/queries.ts'
import { isStatus } from '../api/request.ts'
import { MonitorSkeleton } from '../monitor/monitor-skeleton.tsx'
import { MonitorsScreen } from '../monitors/monitors-screen.tsx'
import { type Route, useRoute, useSearchParam } from '../navigation.ts'
import { AppShortcuts } from './app-shortcuts.tsx'
import { Unbroken } from './broken.tsx'
import { Missing } from './missing.tsx'
import { Notices } from './notices.tsx'
import { Rail } from './rail.tsx'
import { TabSign } from './tab-sign.tsx'
import { useFirstRead } from './use-first-read.ts'
import { useMay } from './use-may.ts'

const loadPalette = () => import('../palette/palette.tsx')
const Palette = dynamic(() => loadPalette().then((module) => module.Palette))
const loadPaletteSoon = () => void loadPalette()
const loadMonitorScreen = () => import('../monitor/monitor-screen.tsx')
const MonitorScreen = dynamic(() => loadMonitorScreen().then((module) => module.MonitorScreen), {
  loading: MonitorSkeleton,
})
const SettingsScreen = dynamic(() => import('../settings/settings-screen.tsx').then((module) => module.SettingsScreen))
const OverviewScreen = dynamic(() => import('../overview/overview-screen.tsx').then((module) => module.OverviewScreen))
const SystemScreen = dynamic(() => import('../system/system-screen.tsx').then((module) => module.SystemScreen))
const IncidentsScreen = dynamic(() =>
  import('../incidents/incidents-screen.tsx').then((module) => module.IncidentsScreen),
)
const IncidentScreen = dynamic(() => import('../incident/incident-screen.tsx').then((module) => module.IncidentScreen))
const AlertsScreen = dynamic(() => import('../alerts/alerts-screen.tsx').then((module) => module.AlertsScreen))
const MaintenanceScreen = dynamic(() =>
  import('../maintenance/maintenance-screen.tsx').then((module) => module.MaintenanceScreen),
)
const StatusPagesScreen = dynamic(() =>
  import('../status-pages/pages-screen.tsx').then((module) => module.StatusPagesScreen),
)
const EditorScreen = dynamic(() => import('../status-pages/editor-screen.tsx').then((module) => module.EditorScreen))
/** Nothing of it is needed for the first paint. */
// What comes by itself has a place to wait: without one nothing else can change meanwhile, not what is being typed either.
const Live = dynamic(() => import('../live/live.tsx').then((module) => module.Live), { loading: () => null })
const NoWorkspace = dynamic(() => import('./no-workspace.tsx').then((module) => module.NoWorkspace))
const ShortcutSheet = dynamic(() => import('./shortcut-sheet.tsx').then((module) => module.ShortcutSheet))
const CreateDialog = dynamic(() => import('../monitors/create-dialog.tsx').then((module) => module.CreateDialog))

type Overlay = { kind: 'none' } | { kind: 'create'; url: string } | { kind: 'shortcuts' } | { kind: 'palette' }

/** Screens of rows or with a preview, which a large screen gives more room; what is read or filled in keeps its bound. */
const roomy: ReadonlySet<Route['screen']> = new Set(['overview', 'monitors', 'incidents', 'status-page'])

let pageClient: QueryClient | undefined

/** One for as long as the page lives: another language renders everything anew, and reads nothing anew. */
function clientOfPage(): QueryClient {
  pageClient ??= createQueryClient()
  return pageClient
}

/** The whole of the dashboard behind the sign-in: one static shell, whose screens follow the address. */
export function App({ prerendered }: { prerendered: Route }) {
  const [client] = useState(clientOfPage)
  const route = useRoute(prerendered)
  useFocusOnMove(route)
  const [overlay, setOverlay] = useState<Overlay>({ kind: 'none' })
  useEffect(() => {
    // What a monitor's page and the palette need is here before the first row is opened.
    const timer = setTimeout(() => void Promise.all([loadMonitorScreen(), loadPalette()]), 1_500)
    return () => clearTimeout(timer)
  }, [])
  const openCreate = (url = '') => setOverlay({ kind: 'create', url })
  return (
    <QueryClientProvider client={client}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40 focus:bg-surface focus:p-2"
      >
        {t('Skip to the content')}
      </a>
      <div className="print:block md:grid md:min-h-dvh md:grid-cols-[56px_minmax(0,1fr)] lg:grid-cols-[208px_minmax(0,1fr)]">
        <Rail
          screen={route.screen}
          onHelp={() => setOverlay({ kind: 'shortcuts' })}
          onFind={() => setOverlay({ kind: 'palette' })}
          onFindSoon={loadPaletteSoon}
        />
        <main
          id="content"
          tabIndex={-1}
          className="print:p-0 min-w-0 px-4 pt-5 pb-24 outline-none md:px-6 md:pt-6 lg:px-8 md:pb-12"
        >
          <div className={`mx-auto max-w-[1360px] ${roomy.has(route.screen) ? 'min-[1920px]:max-w-[1760px]' : ''}`}>
            <Unbroken key={JSON.stringify(route)}>
              <Screen route={route} onCreate={openCreate} />
            </Unbroken>
          </div>
        </main>
      </div>
      <SignedInOnly />
      <Overlays overlay={overlay} onOpen={setOverlay} />
      <TabSign screen={route.screen} />
      <Notices />
    </QueryClientProvider>
  )
}

/** What lies over the screens, and the keys that open it. */
function Overlays({ overlay, onOpen }: { overlay: Overlay; onOpen: (overlay: Overlay) => void }) {
  const mayCreate = useMay('member')
  const [form, setForm] = useSearchParam('form')
  const [linkedUrl] = useSearchParam('url')
  const isLinked = form === 'new' && overlay.kind === 'none'
  const close = () => {
    if (form === 'new') setForm('')
    onOpen({ kind: 'none' })
  }
  const create = (url = '') => onOpen({ kind: 'create', url })
  const openPalette = useCallback(() => onOpen({ kind: 'palette' }), [onOpen])
  return (
    <>
      <AppShortcuts onCreate={create} onHelp={() => onOpen({ kind: 'shortcuts' })} onPalette={openPalette} />
      {overlay.kind === 'create' && <CreateDialog initialUrl={overlay.url} onClose={close} />}
      {isLinked && <CreateDialog initialUrl={linkedUrl} onClose={close} />}
      {overlay.kind === 'shortcuts' && <ShortcutSheet onClose={close} />}
      {overlay.kind === 'palette' && <Palette onClose={close} onCreate={mayCreate ? create : undefined} />}
    </>
  )
}

/** A move to another screen begins at its top, for the eye and for a screen reader; the list finds its own place. */
function useFocusOnMove(route: Route): void {
  const shown = useRef(route)
  useEffect(() => {
    const isMove = shown.current !== route && !isUnread(shown.current)
    shown.current = route
    if (!isMove || route.screen === 'monitors') return
    scrollTo(0, 0)
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [route])
}

/** The page as it was built, before the address was read. */
function isUnread(route: Route): boolean {
  if (route.screen === 'monitor' || route.screen === 'incident' || route.screen === 'status-page') return !route.id
  return (route.screen === 'settings' || route.screen === 'alerts') && !route.section
}

function Screen({ route, onCreate }: { route: Route; onCreate: (url?: string) => void }) {
  const { error } = useQuery(sessionQuery)
  if (isStatus(error, 404)) return <NoWorkspace />
  switch (route.screen) {
    case 'overview':
      return <OverviewScreen />
    case 'monitors':
      return <MonitorsScreen onCreate={onCreate} />
    case 'monitor':
      // The prerendered page knows no id; the screen itself comes after the hydration.
      return route.id ? <MonitorScreen key={route.id} id={route.id} /> : <MonitorSkeleton />
    case 'settings':
      return <SettingsScreen section={route.section} />
    case 'system':
      return <SystemScreen />
    case 'incidents':
      return <IncidentsScreen />
    case 'incident':
      return route.id ? <IncidentScreen key={route.id} id={route.id} /> : null
    case 'alerts':
      return route.section ? <AlertsScreen section={route.section} /> : null
    case 'maintenance':
      return <MaintenanceScreen />
    case 'status-pages':
      return <StatusPagesScreen />
    case 'status-page':
      return route.id ? <EditorScreen key={route.id} id={route.id} /> : null
    case 'missing':
      return <Missing what="page" />
  }
}

/** Without a session the API's 401 sends the browser to the sign-in page; with one the live channel is followed. */
function SignedInOnly() {
  const { data } = useQuery(sessionQuery)
  const workspaceId = data?.workspace.id
  useEffect(() => {
    if (workspaceId === undefined) return
    return onOtherWorkspace((id) => {
      if (id !== workspaceId) location.assign('/')
    })
  }, [workspaceId])
  // It would be in the way of what people came to see, and it reads the rest anew in any case.
  const isRead = useFirstRead()
  return data && isRead ? <Live name={`${data.user.id} ${data.workspace.id}`} /> : null
}
