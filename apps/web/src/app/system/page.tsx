import { App } from '../../shell/app.tsx'

export default function SystemPage() {
  return <App prerendered={{ screen: 'system' }} />
}
