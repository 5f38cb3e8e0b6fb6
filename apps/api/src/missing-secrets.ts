import type { CheckSpec } from '@repo/contracts/check-spec'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { mapSecrets } from '@repo/contracts/spec-secrets'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { missingSecret } from '@repo/secrets/sealed-text'
import { AppError } from './problems.ts'

/** A spec in which these secrets, by their places (`auth.password`), are not set. */
export function withMissing(spec: CheckSpec, paths: readonly string[]): CheckSpec {
  return mapSecrets(spec, (secret, { path }) => (paths.includes(path) ? missingSecret : secret))
}

/** @throws AppError `not_checked` for a monitor that lacks a secret: it would send its target something that is none. */
export function refuseMissing(monitors: readonly Pick<StoredMonitor, 'name' | 'spec'>[]): void {
  for (const { name, spec } of monitors) {
    const fields = missingFields(spec)
    if (fields.length === 0) continue
    const errors = fields.map((field) => ({ field, message: 'is not set' }))
    throw new AppError('not_checked', `set the secrets of "${name}" first: ${fields.join(', ')}`, { errors })
  }
}

function missingFields(spec: unknown): string[] {
  const parsed = storedSpecSchema.safeParse(spec)
  const found: string[] = []
  if (!parsed.success) return found
  mapSecrets(parsed.data, (secret, { path }) => {
    if (secret === missingSecret) found.push(`spec.${path}`)
    return secret
  })
  return found
}
