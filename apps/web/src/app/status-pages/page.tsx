import { App } from '../../shell/app.tsx'

export default function StatusPagesPage() {
  return <App prerendered={{ screen: 'status-pages' }} />
}
