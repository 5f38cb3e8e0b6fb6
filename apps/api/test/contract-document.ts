import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { JsonSchema } from './contract-inputs.ts'

/** The parts of the OpenAPI document that the contract tests go by. */

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: JsonSchema
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

export interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
  readonly 'x-needs'?: Readonly<Record<string, unknown>>
}

export interface Route {
  /** `POST /monitors/{id}/clone` */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

export function routesOf({ paths }: Document): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
}

export const bodySchemaOf = ({ operation }: Route) => operation.requestBody?.content['application/json']?.schema

export const parametersOf = ({ operation }: Route, where: Parameter['in']) =>
  (operation.parameters ?? []).filter((parameter) => parameter.in === where)

const ajv = new Ajv2020({ strict: false, validateFormats: true })
addFormats.default(ajv)
const validators = new Map<JsonSchema, ValidateFunction>()

function validatorOf(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema)
  if (known) return known
  const made = ajv.compile(schema)
  validators.set(schema, made)
  return made
}

/** What is wrong with an answer by the description of its route; undefined where nothing is. */
export async function faultOf({ name, operation }: Route, answer: Response): Promise<string | undefined> {
  const text = await answer.text()
  const described = operation.responses[answer.status]
  if (!described) return `${name} answered ${answer.status}, which it does not list: ${text.slice(0, 300)}`
  const [type, schema] = Object.entries(described.content ?? {})[0] ?? []
  if (!type)
    return text === '' ? undefined : `${name} ${answer.status} has a body, and lists none: ${text.slice(0, 100)}`
  const said = answer.headers.get('content-type')?.split(';')[0]
  if (said !== type) return `${name} ${answer.status} is ${said}, and lists ${type}`
  const validate = validatorOf(schema?.schema ?? {})
  for (const part of type.endsWith('ndjson') ? text.split('\n').filter(Boolean) : [text]) {
    // A text is described as what it is, and so is an image.
    if (!validate(/^(?:text|image)\//.test(type) ? part : JSON.parse(part)))
      return `${name} ${answer.status}: ${ajv.errorsText(validate.errors)} in ${part.slice(0, 300)}`
  }
  return undefined
}
