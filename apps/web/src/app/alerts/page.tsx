import { App } from '../../shell/app.tsx'

/** The shell of every section of the alerts: the browser reads which. */
export default function AlertsPage() {
  return <App prerendered={{ screen: 'alerts', section: undefined }} />
}
