import { App } from '../../shell/app.tsx'

export default function MonitorsPage() {
  return <App prerendered={{ screen: 'monitors' }} />
}
