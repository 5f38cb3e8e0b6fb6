import { join } from 'node:path'
import { joinScripts } from './join-scripts.ts'
import { writeOutcomeHelp } from './outcome-help.ts'

const site = join(import.meta.dirname, '../dist')
await joinScripts(site)
await writeOutcomeHelp(join(import.meta.dirname, '../../../docs/outcomes'), join(site, 'outcomes'))
