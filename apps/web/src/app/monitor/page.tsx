import { App } from '../../shell/app.tsx'

/** The shell of every monitor's page: the server gives it for `/monitors/<id>`, and the browser reads the id. */
export default function MonitorPage() {
  return <App prerendered={{ screen: 'monitor', id: '' }} />
}
