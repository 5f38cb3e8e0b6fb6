import { join } from 'node:path'
import { joinScripts } from './join-scripts.ts'

await joinScripts(join(import.meta.dirname, '../dist'))
