import { survives } from './surviving.ts'

// A selection that every run of the tests can afford, in three files that run beside each other; `bun run faults` does them all.
survives(['F2', 'F4', 'F7', 'F9'])
