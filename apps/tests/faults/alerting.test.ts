import { survives } from './surviving.ts'

// What was told, to whom and how often: alerts are neither lost nor doubled.
survives(['F10', 'F11', 'F12'])
