import { App } from '../../shell/app.tsx'

export default function MaintenancePage() {
  return <App prerendered={{ screen: 'maintenance' }} />
}
