import { App } from '../shell/app.tsx'

export default function OverviewPage() {
  return <App prerendered={{ screen: 'overview' }} />
}
