import { join } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js'

/**
 * The dashboard is a static shell: `next build` writes plain files into `dist/`, and `src/main.ts` serves them with the
 * headers that a static export cannot carry. Types are checked by `bun run verify`, with the native compiler.
 */
export default function config(phase: string): NextConfig {
  return {
    ...(phase === PHASE_DEVELOPMENT_SERVER ? { rewrites: serverRewrites } : { output: 'export', distDir: 'dist' }),
    poweredByHeader: false,
    reactStrictMode: true,
    transpilePackages: ['@repo/contracts', '@repo/domain', '@repo/ui'],
    turbopack: { root: join(import.meta.dirname, '../..') },
    typescript: { ignoreBuildErrors: true },
  }
}

/** What `src/main.ts` does with addresses, for `next dev`. */
async function serverRewrites() {
  return [
    { source: '/monitors/:id', destination: '/monitor' },
    { source: '/settings/:section', destination: '/settings' },
    { source: '/incidents/:id', destination: '/incident' },
    { source: '/alerts/:section', destination: '/alerts' },
  ]
}
