import type { CheckSpec } from './check-spec.ts'

/** Names under which people send credentials. */
const SECRET_HEADER = /^(authorization|cookie)$|key|token|secret|passw|session|credential/i

/** The fields of a spec that hold something nobody but the target may see, as paths: `auth`, `headers.0`. */
export function secretFields(spec: CheckSpec): string[] {
  const fields: string[] = []
  if ('auth' in spec && spec.auth) fields.push('auth')
  if ('proxy' in spec && spec.proxy?.password) fields.push('proxy.password')
  if ('tls' in spec && spec.tls?.clientCertificate) fields.push('tls.clientCertificate')
  const named = {
    headers: 'headers' in spec ? spec.headers : undefined,
    metadata: 'metadata' in spec ? spec.metadata : undefined,
  }
  for (const [field, headers = []] of Object.entries(named)) {
    headers.forEach(({ name }, index) => {
      if (SECRET_HEADER.test(name)) fields.push(`${field}.${index}`)
    })
  }
  return fields
}
