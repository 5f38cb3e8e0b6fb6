import { z } from 'zod'
import { type CheckSpec, checkSpecSchema } from './check-spec.ts'
import { type Marked, type SecretNode, type ShownSpec, secretNodes } from './spec-secrets.ts'

/** The schemas of a spec in its several states. All follow from the one that people's specs have to fit. */

/** Sealed, a secret of the greatest length is not longer than this. */
const sealedText = z
  .string()
  .max(200_000)
  .regex(/^sealed\.v1\.[\w.-]+$/)

const headerFields: Readonly<Record<string, SecretNode>> = { value: { kind: 'text' } }

const mark = z.object({ set: z.literal(true) }).strict()

/** A spec as it is stored and as it travels: each secret is sealed. Those of before secrets were sealed may be plain. */
export const storedSpecSchema = specSchema((secret) => z.union([sealedText, secret])) as z.ZodType<CheckSpec, CheckSpec>

/** A spec as it is shown: that there is a secret, and nothing of it. */
export const shownSpecSchema = specSchema(() => mark) as z.ZodType<ShownSpec, ShownSpec>

/** A spec as it is changed to: `{ "set": true }` keeps the secret that is stored in its place. */
export const changedSpecSchema = specSchema((secret) =>
  z.union([secret, mark], {
    error: ({ errors }) => (errors as z.core.$ZodIssue[][] | undefined)?.[0]?.[0]?.message ?? 'is not valid',
  }),
) as z.ZodType<ShownSpec, Marked<z.input<typeof checkSpecSchema>>>

type Replace = (secret: z.ZodType) => z.ZodType

function specSchema(replace: Replace): z.ZodType {
  return replaced(checkSpecSchema, { kind: 'fields', of: secretNodes }, replace)
}

function replaced(schema: z.ZodType, node: SecretNode, replace: Replace): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    const innerType = replaced(schema.def.innerType as z.ZodType, node, replace)
    return copy(schema, { innerType })
  }
  if (node.kind === 'text') return replace(schema)
  if (schema instanceof z.ZodUnion) {
    return copy(schema, { options: schema.options.map((option) => replaced(option as z.ZodType, node, replace)) })
  }
  if (schema instanceof z.ZodArray && node.kind === 'each') {
    return copy(schema, { element: replaced(schema.element as z.ZodType, node.of, replace) })
  }
  if (schema instanceof z.ZodArray && node.kind === 'headers') {
    return copy(schema, { element: replacedFields(schema.element as z.ZodObject, headerFields, either(replace)) })
  }
  if (schema instanceof z.ZodObject && node.kind === 'fields') return replacedFields(schema, node.of, replace)
  throw new Error(`no way is known to the secrets of a schema of the type "${schema.type}"`)
}

/** A harmless header stays a text, so a text may stand there as well. */
function either(replace: Replace): Replace {
  return (value) => {
    const other = replace(value)
    return other instanceof z.ZodUnion ? other : z.union([value, other])
  }
}

function replacedFields(schema: z.ZodObject, nodes: Readonly<Record<string, SecretNode>>, replace: Replace): z.ZodType {
  const shape = Object.fromEntries(
    Object.entries(schema.shape).map(([field, inner]) => {
      const node = nodes[field]
      return [field, node ? replaced(inner as z.ZodType, node, replace) : inner]
    }),
  )
  return copy(schema, { shape })
}

/** With all that the schema demands beside. */
function copy(schema: z.ZodType, changed: object): z.ZodType {
  return schema.clone({ ...schema.def, ...changed } as never)
}
