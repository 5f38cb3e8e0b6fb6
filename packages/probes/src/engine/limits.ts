/** Every bound of a probe; the deadline of the whole check is part of its spec. */
export const limits = {
  dnsMs: 5_000,
  connectMs: 10_000,
  tlsMs: 10_000,
  /** RFC 8305: the next address is tried when the last one has not connected within this. */
  staggerMs: 250,
  addresses: 6,
  statusLineBytes: 8_192,
  fieldNameBytes: 8_192,
  headBytes: 65_536,
  /** Of all answers of one check together, so that a long chain of redirects cannot multiply the bound of one head. */
  headBytesOverHops: 262_144,
  fields: 200,
  interimResponses: 8,
  locationBytes: 8_192,
  bodyBytes: 2 * 1_048_576,
  chunkExtensionBytes: 4_096,
  trailerBytes: 4_096,
  /** Of a body: this much is kept, decoded, for assertions. */
  keptBytes: 262_144,
  contentCodings: 2,
  evidenceBodyBytes: 4_096,
  evidenceBodyMs: 500,
  certificateChain: 16,
  /** What a protocol other than HTTP may say between two lines of a script. */
  answerBytes: 65_536,
  /** The default threshold of `degraded`: a connect that needed this long was not answered at once. */
  slowConnectMs: 5_000,
} as const
