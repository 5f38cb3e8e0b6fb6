import { App } from '../../shell/app.tsx'

/** The shell of every incident's page: the server gives it for `/incidents/<id>`, and the browser reads the id. */
export default function IncidentPage() {
  return <App prerendered={{ screen: 'incident', id: '' }} />
}
