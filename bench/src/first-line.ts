/** What a child process prints first; it is how a target says where it listens. */
export async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n')) break
  }
  return text.trim()
}
