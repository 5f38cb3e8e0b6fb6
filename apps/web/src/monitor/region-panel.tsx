'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { Panel } from '@repo/ui/panel'
import { TickLine } from '@repo/ui/tick-line'
import type { TickGeometry } from '@repo/ui/tick-shape'

const REGION_TICKS = 30
const geometry: TickGeometry = { heightPx: 20, tickWidthPx: 3, stepPx: 8 }

/** The last checks of each region under each other: which one disagrees is seen at a glance. */
export function RegionPanel({ monitor: { regions, recent } }: { monitor: Monitor }) {
  const shown = Math.max(1, Math.min(REGION_TICKS, Math.floor(60 / regions.length)))
  return (
    <Panel title="Regions" note={`last ${shown} checks of each`}>
      <ul className="flex flex-col gap-2">
        {regions.map((region) => (
          <li key={region} className="grid grid-cols-[minmax(0,72px)_minmax(0,1fr)] items-end gap-3">
            <span className="num truncate text-13" title={region}>
              {region}
            </span>
            <TickLine
              ticks={recent.filter((tick) => tick.region === region)}
              slots={shown}
              geometry={geometry}
              className="w-full"
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
