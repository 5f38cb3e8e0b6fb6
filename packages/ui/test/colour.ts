/** Just enough colour arithmetic to measure a palette: WCAG contrast, OKLab distance, and how the colour-blind see it. */
export type Rgb = readonly [number, number, number]
export type Vision = 'full' | 'protan' | 'deutan' | 'tritan'

export function parseHex(hex: string): Rgb {
  const [, red = '', green = '', blue = ''] = hex.match(/^#(..)(..)(..)$/) ?? []
  return [red, green, blue].map((pair) => linear(Number.parseInt(pair, 16) / 255)) as unknown as Rgb
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}

/** WCAG 2.2 contrast ratio of two linear colours. */
export function contrast(a: Rgb, b: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

type Matrix = readonly [Rgb, Rgb, Rgb]

/** Machado, Oliveira and Fernandes (2009) at full severity, on linear RGB. */
const simulations: Record<Exclude<Vision, 'full'>, Matrix> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

export function seenBy(vision: Vision, colour: Rgb): Rgb {
  if (vision === 'full') return colour
  return times(simulations[vision], colour).map((channel) => Math.min(1, Math.max(0, channel))) as unknown as Rgb
}

/** Distance in OKLab, times a hundred. */
export function distance(a: Rgb, b: Rgb): number {
  const [one, other] = [oklab(a), oklab(b)]
  return 100 * Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

const toLms: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
]
const toLab: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
]

function oklab(colour: Rgb): Rgb {
  return times(toLab, times(toLms, colour).map(Math.cbrt) as unknown as Rgb)
}

function times(matrix: Matrix, [x, y, z]: Rgb): Rgb {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Rgb
}
