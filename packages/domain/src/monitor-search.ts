const wordsAtMost = 8

/**
 * The words, in lower case, of a text by which monitors are searched. A monitor is found where each of them is a part of its name, of
 * what it watches or of one of its tags, or begins its id.
 */
export function searchedWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, wordsAtMost)
}
