import { useId } from 'react'

/** So many pixels wide and high is what a texture repeats. */
const TILE_PX = 8

/** What is told apart by colour has a texture too, in a fixed order: plain, slanted, dotted, lying, standing. As the path of a tile. */
const paths = ['', 'M-2 2 2-2M0 8 8 0M6 10 10 6', 'M1.5 2h1M5.5 6h1', 'M0 2h8M0 6h8', 'M2 0v8M6 0v8'] as const
/** Across all others, with a second line: of what failed. */
const FAILED = 'M-2 2 2-2M0 8 8 0M6 10 10 6M-2 6 2 10M0 0 8 8M6-2 10 2'

export type TextureName = number | 'failed'

function pathOf(name: TextureName): string {
  return name === 'failed' ? FAILED : (paths[name % paths.length] ?? '')
}

/** A surface of a colour with its texture. A picture and no background, for forced colours take backgrounds away. */
export function Texture({ name, colour }: { name: TextureName; colour: `--${string}` }) {
  const id = useId()
  return (
    <svg aria-hidden="true" width="100%" height="100%" className="block" data-texture={name}>
      <pattern id={id} width={TILE_PX} height={TILE_PX} patternUnits="userSpaceOnUse">
        <rect width={TILE_PX} height={TILE_PX} fill={`var(${colour})`} />
        <path d={pathOf(name)} stroke="var(--surface)" strokeWidth="1.5" />
      </pattern>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  )
}

interface TexturePaint {
  readonly fill: string
  readonly ink: string
}

/** The same for a canvas, which counts in pixels of the device. */
export function paintTexture(name: TextureName, { fill, ink }: TexturePaint): CanvasPattern | string {
  const tile = document.createElement('canvas')
  tile.width = tile.height = Math.round(TILE_PX * devicePixelRatio)
  const ctx = tile.getContext('2d')
  if (!ctx) return fill
  ctx.scale(tile.width / TILE_PX, tile.height / TILE_PX)
  ctx.fillStyle = fill
  ctx.fillRect(0, 0, TILE_PX, TILE_PX)
  ctx.strokeStyle = ink
  ctx.lineWidth = 1.5
  ctx.stroke(new Path2D(pathOf(name)))
  return ctx.createPattern(tile, 'repeat') ?? fill
}
