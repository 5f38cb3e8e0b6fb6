import { TickLine } from '@repo/ui/tick-line'

const ticks = Array.from({ length: 96 }, (_, index) => {
  const wave = Math.abs(Math.sin(index * 12.9898) * Math.cos(index * 4.1414))
  return {
    verdict: index >= 67 && index < 70 ? ('down' as const) : ('up' as const),
    responseTimeMs: 12 + 700 * wave ** 3,
  }
})

/** The tick line at the foot of the page: a quiet day with one short failure. */
export function Skyline() {
  return (
    <div aria-hidden="true" className="absolute inset-x-0 bottom-0">
      <TickLine
        ticks={ticks}
        slots={96}
        geometry={{ heightPx: 120, tickWidthPx: 9, stepPx: 14 }}
        className="h-28 w-full min-w-[900px] opacity-80 md:h-32"
      />
    </div>
  )
}
