import { App } from '../../shell/app.tsx'

/** The shell of every status page's editor: the server gives it for `/status-pages/<id>`, and the browser reads the id. */
export default function StatusPagePage() {
  return <App prerendered={{ screen: 'status-page', id: '' }} />
}
