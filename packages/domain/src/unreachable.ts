/** Ends an exhaustive switch: a new member of the union does not compile until every switch names it. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
