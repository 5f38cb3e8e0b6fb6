const wordsAtMost = 8

/**
 * The words, as they were typed, of a text by which monitors are searched. A monitor is found where each of them, whatever its case,
 * is a part of its name, of what it watches or of one of its tags, or begins its id. Whoever compares lowers both sides in its own
 * way: of some letters there is more than one.
 */
export function searchedWords(text: string): string[] {
  return text.split(/\s+/).filter(Boolean).slice(0, wordsAtMost)
}
