import { isNoticedWithoutGuard } from './surviving.ts'

isNoticedWithoutGuard(['F2', 'F9'])
