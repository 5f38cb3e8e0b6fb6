import type { TLSOptions } from 'bun'
import type { Channel } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { matchEnd } from '../pattern.ts'
import type { Line } from './protocols.ts'

const LINE_FEED = '\n'

/** One conversation under way, and all that was said in it. */
export class Talk {
  /** What was sent, byte by byte. */
  sent = ''
  /** What was heard, byte by byte, as far as it is kept. */
  heard = ''
  private unread = ''
  private answers = 0

  constructor(
    private readonly channel: Channel,
    private readonly tls: TLSOptions,
  ) {}

  /** Goes through the lines. Null when each was answered as it says. */
  async hold(lines: readonly Line[]): Promise<Failure | null> {
    for (const line of lines) {
      const failure = await this.take(line)
      if (failure) return failure
    }
    return null
  }

  private async take(line: Line): Promise<Failure | null> {
    if ('send' in line) return this.say(line.send)
    if ('startTls' in line) return this.secure()
    if ('expect' in line) return this.expect((text) => endOfText(text, line.expect), `'${escaped(line.expect.trim())}'`)
    const { expectPattern, unless } = line
    const wanted = `a match of '${escaped(expectPattern)}'`
    return this.expect((text) => matchEnd(expectPattern, text), wanted, unless)
  }

  private say(bytes: string | Uint8Array): null {
    const said = Buffer.from(bytes as Uint8Array)
    this.sent += said.toString('latin1')
    this.channel.write(said)
    return null
  }

  /** What is heard before the handshake was said by nobody that a certificate vouches for. */
  private async secure(): Promise<Failure | null> {
    if (this.unread !== '') {
      return {
        code: 'STARTTLS_REFUSED',
        text: `TLS: said more in plain text after agreeing to TLS ('${escaped(this.unread)}')`,
      }
    }
    return this.channel.secure(this.tls)
  }

  /** Reads on until what is expected has come, or what says no. */
  private async expect(
    endOf: (text: string) => number | undefined,
    wanted: string,
    unless?: string,
  ): Promise<Failure | null> {
    for (;;) {
      const end = endOf(this.unread)
      if (end === undefined)
        return { code: 'PROBE_ERROR', text: `The probe cannot look for ${wanted}: it is not a pattern of RE2` }
      if (end >= 0) {
        this.consume(end)
        return null
      }
      if (unless !== undefined && (matchEnd(unless, this.unread) ?? -1) >= 0) return this.unexpected(wanted)
      if (this.unread.length > limits.answerBytes) return this.tooMuch(wanted)
      const failure = await this.listen(wanted)
      if (failure) return failure
    }
  }

  private async listen(wanted: string): Promise<Failure | null> {
    const heard = await this.channel.read(this.answers === 0 ? 'answer' : 'talk')
    switch (heard.kind) {
      case 'data': {
        this.answers += 1
        const text = heard.chunk.toString('latin1')
        this.unread += text
        if (this.heard.length < limits.evidenceBodyBytes) this.heard += text
        return null
      }
      case 'closed':
        return this.closed(heard.wasReset, wanted)
      case 'failed':
        // Something was said in time, only not what was waited for.
        return this.unread.trim() === '' || heard.failure.code !== 'ANSWER_TIMEOUT'
          ? heard.failure
          : this.unexpected(wanted)
    }
  }

  /** What was expected is read, with the line in which it stands. */
  private consume(end: number): void {
    const lineFeed = this.unread.indexOf(LINE_FEED, Math.max(0, end - 1))
    this.unread = this.unread.slice(lineFeed === -1 ? end : lineFeed + 1)
  }

  private unexpected(wanted: string): Failure {
    return { code: 'UNEXPECTED_ANSWER', text: `Answer: '${escaped(this.unread.trim())}', expected ${wanted}` }
  }

  private tooMuch(wanted: string): Failure {
    return { code: 'UNEXPECTED_ANSWER', text: `Answer: ${readableCount(limits.answerBytes)} bytes without ${wanted}` }
  }

  private closed(wasReset: boolean, wanted: string): Failure {
    const how = wasReset ? 'reset' : 'closed'
    if (this.unread.trim() !== '') return this.unexpected(wanted)
    return { code: 'CLOSED_EARLY', text: `Answer: ${how} the connection before ${wanted}` }
  }
}

/** What is sent may be UTF-8; what is heard is bytes. */
function endOfText(text: string, wanted: string): number {
  const bytes = Buffer.from(wanted).toString('latin1')
  const at = text.indexOf(bytes)
  return at === -1 ? -1 : at + bytes.length
}
