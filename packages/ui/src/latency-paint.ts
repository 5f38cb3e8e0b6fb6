import type uPlot from 'uplot'
import { type ChartGround, type ChartLine, chartFont, type ReadToken, withAlpha } from './latency-options.ts'
import type { LatencyWindow } from './latency-series.ts'

interface Painting {
  readonly token: ReadToken
  readonly window: LatencyWindow
}

const MARK_PX = 3
const GLYPH_PX = 7

/** Behind the lines: outages as tinted columns with the glyph of "down", and a mark over buckets in which a check failed. */
export function paintGround(plot: uPlot, { spans, failing }: ChartGround, { token, window }: Painting): void {
  const { ctx, bbox } = plot
  const within = (ms: number) =>
    Math.round(Math.min(Math.max(plot.valToPos(ms / 1_000, 'x', true), bbox.left), bbox.left + bbox.width))
  const fill = (fromMs: number, toMs: number, [colour, height]: readonly [string, number]) => {
    ctx.fillStyle = colour
    const left = within(fromMs)
    ctx.fillRect(left, bbox.top, Math.max(2, within(toMs) - left), height)
  }
  ctx.save()
  const shown = spans.filter(({ fromMs, toMs }) => toMs > window.fromMs && fromMs < window.toMs)
  for (const { fromMs, toMs } of shown) fill(fromMs, toMs, [token('--down-tint'), bbox.height])
  for (const [index, failed] of failing.entries()) {
    const atMs = window.fromMs + index * window.bucketMs
    if (failed) fill(atMs, atMs + window.bucketMs, [token('--down'), MARK_PX * devicePixelRatio])
  }
  let lastX = Number.NEGATIVE_INFINITY
  for (const { fromMs, toMs } of shown.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const x = (within(fromMs) + within(toMs)) / 2
    // Glyphs of outages that lie close together would cover each other.
    if (x - lastX < 2.5 * GLYPH_PX * devicePixelRatio) continue
    lastX = x
    paintGlyph(ctx, { x, y: bbox.top + (MARK_PX + 10) * devicePixelRatio, token })
  }
  ctx.restore()
}

/** The octagon with a cross, as beside the word. */
function paintGlyph(ctx: CanvasRenderingContext2D, { x, y, token }: { x: number; y: number; token: ReadToken }): void {
  const radius = GLYPH_PX * devicePixelRatio
  ctx.beginPath()
  for (let corner = 0; corner < 8; corner += 1) {
    const angle = ((corner + 0.5) * Math.PI) / 4
    ctx.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  ctx.closePath()
  ctx.fillStyle = token('--down')
  ctx.fill()
  const arm = radius * 0.38
  ctx.strokeStyle = token('--surface')
  ctx.lineWidth = 1.6 * devicePixelRatio
  ctx.lineCap = 'round'
  ctx.setLineDash([])
  ctx.beginPath()
  ctx.moveTo(x - arm, y - arm)
  ctx.lineTo(x + arm, y + arm)
  ctx.moveTo(x + arm, y - arm)
  ctx.lineTo(x - arm, y + arm)
  ctx.stroke()
}

/** Over the lines: from which latency on a check counts as degraded. */
export function paintLimit(plot: uPlot, limit: ChartGround['limit'], token: ReadToken): void {
  if (!limit) return
  const { ctx, bbox } = plot
  const y = Math.round(plot.valToPos(limit.ms, 'y', true))
  // The scale follows the latencies: a limit far above them would press them flat.
  if (y < bbox.top) return
  ctx.save()
  ctx.strokeStyle = token('--degraded')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.font = scaled(chartFont(token))
  ctx.textAlign = 'right'
  ctx.textBaseline = y - bbox.top < 16 * devicePixelRatio ? 'top' : 'bottom'
  const { width } = ctx.measureText(limit.text)
  const [height, right] = [14 * devicePixelRatio, bbox.left + bbox.width]
  ctx.fillStyle = withAlpha(token('--surface'), 0.85)
  ctx.fillRect(right - width - 4, ctx.textBaseline === 'top' ? y + 1 : y - height - 1, width + 4, height)
  ctx.fillStyle = token('--degraded-fg')
  ctx.fillText(limit.text, bbox.left + bbox.width, y + (ctx.textBaseline === 'top' ? 3 : -2) * devicePixelRatio)
  ctx.restore()
}

const POINT_PX = 5

/** Over the lines: a ring where a check passed, the glyph of "down" where it failed. */
export function paintPoints(plot: uPlot, { points = [] }: ChartGround, token: ReadToken): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.lineWidth = 2 * devicePixelRatio
  ctx.setLineDash([])
  for (const { atMs, ms, isDown } of points) {
    const x = plot.valToPos(atMs / 1_000, 'x', true)
    // One that is slower than the scale reaches stands at its upper edge.
    const y = Math.max(plot.valToPos(ms, 'y', true), bbox.top + POINT_PX * devicePixelRatio)
    if (isDown) {
      paintGlyph(ctx, { x, y, token })
      continue
    }
    ctx.beginPath()
    ctx.arc(x, y, POINT_PX * devicePixelRatio, 0, 2 * Math.PI)
    ctx.fillStyle = token('--surface')
    ctx.strokeStyle = token('--fg')
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}

const LABEL_STEP_PX = 13
const LABEL_LENGTH = 10

/** The name of each line at its end, none over another. */
export function paintLabels(plot: uPlot, lines: readonly ChartLine[], token: ReadToken): void {
  const { ctx, bbox } = plot
  const named = lines
    .flatMap(({ label, values, colour }) => {
      const last = values.findLast((value) => value !== null)
      return label === undefined || last == null ? [] : { label, colour, y: plot.valToPos(last, 'y', true) }
    })
    .sort((a, b) => b.y - a.y)
  ctx.save()
  ctx.font = scaled(chartFont(token))
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  let lowest = bbox.top + bbox.height
  for (const { label, colour, y } of named) {
    const at = Math.min(y, lowest)
    lowest = at - LABEL_STEP_PX * devicePixelRatio
    const x = bbox.left + bbox.width + 6 * devicePixelRatio
    ctx.fillStyle = token(colour)
    ctx.fillRect(x, at - 3 * devicePixelRatio, 3 * devicePixelRatio, 6 * devicePixelRatio)
    ctx.fillStyle = token('--fg')
    const text = label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH - 1)}…` : label
    ctx.fillText(text, x + 6 * devicePixelRatio, at)
  }
  ctx.restore()
}

/** The canvas counts in pixels of the device. */
function scaled(font: string): string {
  return font.replace(/^(\d+)px/, (_whole, size) => `${Number(size) * devicePixelRatio}px`)
}
