import { logoLimits, type logoTypes } from '@repo/contracts/page-assets'
import pLimit from 'p-limit'
import sharp from 'sharp'
import { AppError } from './problems.ts'

// What is not on this list is never even tried: no vectors, which draw other files, and no formats that nobody asked for.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
})

/** A picture of sixteen million pixels takes some seventy megabytes while it is made smaller. */
const limit = pLimit(1)

/**
 * An image that strangers will see, decoded and drawn anew: nothing of the file that was sent is left. Upright, and no higher than it
 * is shown.
 *
 * @returns a PNG.
 * @throws AppError `invalid_body` for what is no PNG, JPEG or WebP image, or has too many pixels.
 */
export function redrawLogo(bytes: Uint8Array): Promise<Uint8Array> {
  return limit(async () => {
    if (bytes.byteLength > logoLimits.bytes) throw new AppError('too_large')
    if (!typeOf(bytes)) throw notAnImage
    const { width = 0, height = 0 } = await sharp(bytes)
      .metadata()
      .catch(() => {
        throw notAnImage
      })
    if (Math.max(width, height) > logoLimits.sidePixels)
      throw new AppError('invalid_body', `an image has at most ${logoLimits.sidePixels} pixels a side`)
    return draw(bytes)
  })
}

const notAnImage = new AppError('invalid_body', 'it is not a PNG, JPEG or WebP image that can be decoded')

async function draw(bytes: Uint8Array): Promise<Uint8Array> {
  const { shownWidthPixels: width, shownHeightPixels: height, sidePixels } = logoLimits
  try {
    return await sharp(bytes, { failOn: 'error', limitInputPixels: sidePixels ** 2 })
      .rotate()
      .resize({ width, height, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 9 })
      .toBuffer()
  } catch {
    throw notAnImage
  }
}

/** By how it begins, and not by what its sender says. */
function typeOf(bytes: Uint8Array): (typeof logoTypes)[number] | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : undefined
}
