/** An HTTP/2 server that does not speak HTTP/1 answers whatever it hears with a SETTINGS frame (RFC 9113 section 3.4). */
export function isHttp2(chunk: Buffer): boolean {
  return chunk.length >= 9 && chunk[0] === 0 && chunk[3] === SETTINGS && chunk.readUInt32BE(5) === 0
}

const SETTINGS = 4
