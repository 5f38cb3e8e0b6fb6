const answerLength = 1_000

/** As much of an answer as a log keeps, without what a database, or a terminal, stumbles over. */
export function answerText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be kept
  const plain = text.slice(0, answerLength).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
  return plain.toWellFormed()
}
