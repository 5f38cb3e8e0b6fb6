export function matches(_pattern: string, _text: string): boolean | undefined {
  throw new Error('not built yet')
}
