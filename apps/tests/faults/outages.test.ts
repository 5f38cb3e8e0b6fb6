import { survives } from './surviving.ts'

survives(['F25', 'F32'])
