import { App } from '../../shell/app.tsx'

export default function IncidentsPage() {
  return <App prerendered={{ screen: 'incidents' }} />
}
