import dynamic from 'next/dynamic'

/** Where nothing is watched yet. It is seen once, so that nobody else loads what it is made of. */
export const EmptyStart = dynamic(() => import('./first-monitor.tsx').then((module) => module.FirstMonitor), {
  loading: () => null,
})
