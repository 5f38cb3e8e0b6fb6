import { App } from '../../shell/app.tsx'

export default function SettingsPage() {
  return <App prerendered={{ screen: 'settings', section: undefined }} />
}
