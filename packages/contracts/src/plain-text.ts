/**
 * Whether a text can be stored and shown on one line: without control characters (PostgreSQL refuses NUL outright) and
 * without half a surrogate pair (JSON columns refuse those).
 */
export function isPlainText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
  return text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text)
}
