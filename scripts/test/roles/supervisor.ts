import { join } from 'node:path'
import { terminationSignal } from '@repo/service/lifecycle'
import { runMain } from '@repo/service/main'
import { superviseRoles } from '../../supervise.ts'

const script = (name: string) => join(import.meta.dir, name)
await runMain(() =>
  superviseRoles(
    {
      web: { name: 'web', script: script('web.ts'), env: { PORT: '0' } },
      api: (WEB_ORIGIN) => ({ name: 'api', script: script('api.ts'), env: { WEB_ORIGIN } }),
      workers: [],
    },
    terminationSignal(),
  ),
)
