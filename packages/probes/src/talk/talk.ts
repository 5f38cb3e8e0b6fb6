import type { TLSOptions } from 'bun'
import { type Channel, saidTooMuch } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { matchEnd } from '../pattern.ts'
import type { Line } from './protocols.ts'

const LINE_FEED = '\n'
/**
 * How much is searched for patterns in one conversation, all searches together. Whoever sends 64 KiB a few bytes at a time
 * would otherwise have each piece cost a search of everything before it.
 */
const SEARCHED_CHARACTERS = 4 * 1_048_576
const ANSWERS_SHOWN = 10

/** One conversation under way, and all that was said in it. */
export class Talk {
  /** What was sent, byte by byte. */
  sent = ''
  /** What was heard, byte by byte, as far as it is kept. */
  heard = ''
  /** What the lines were answered with. */
  readonly answers: string[] = []
  private unread = ''
  private piecesHeard = 0
  private searched = 0

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
    if ('expect' in line) return this.expect(line, textFinder(line.expect))
    return this.expect(line, (text) => this.search(line.expectPattern, text))
  }

  private say(bytes: string | Uint8Array): null {
    const said = Buffer.from(bytes as Uint8Array)
    this.sent += said.toString('latin1')
    this.channel.write(said)
    return null
  }

  /** What is heard before the handshake was said by nobody that a certificate vouches for. */
  private async secure(): Promise<Failure | null> {
    if (this.unread !== '') return saidTooMuch(this.unread)
    return this.channel.secure(this.tls)
  }

  /** Reads on until what is expected has come, or what says no. */
  private async expect(line: Expectation, endOf: (text: string) => number | undefined): Promise<Failure | null> {
    const wanted = wish(line)
    for (;;) {
      const end = endOf(this.unread)
      if (end === undefined)
        return { code: 'PROBE_ERROR', text: `The probe cannot look for ${wanted}: it is not a pattern of RE2` }
      if (end >= 0) {
        this.consume(end, 'expect' in line)
        return null
      }
      if (this.isRefused(line)) return this.refused(line)
      if (this.unread.length > limits.answerBytes || this.searched > SEARCHED_CHARACTERS) return this.tooMuch(wanted)
      const failure = await this.listen(wanted)
      if (failure) return failure
    }
  }

  private search(pattern: string, text: string): number | undefined {
    this.searched += text.length
    return matchEnd(pattern, text)
  }

  private isRefused(line: Expectation): boolean {
    return 'unless' in line && line.unless !== undefined && (this.search(line.unless, this.unread) ?? -1) >= 0
  }

  private refused(line: Expectation): Failure {
    if (!('beginsTls' in line)) return this.unexpected(wish(line))
    return {
      code: 'STARTTLS_REFUSED',
      text: `TLS: the server does not go on under TLS (it said '${escaped(this.unread.trim())}')`,
    }
  }

  private async listen(wanted: string): Promise<Failure | null> {
    const heard = await this.channel.read(this.piecesHeard === 0 ? 'answer' : 'talk')
    switch (heard.kind) {
      case 'data': {
        this.piecesHeard += 1
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

  /** What was expected is read; a text with the whole line in which it stands, a pattern as far as it reaches. */
  private consume(end: number, withLine: boolean): void {
    const lineFeed = withLine ? this.unread.indexOf(LINE_FEED, Math.max(0, end - 1)) : -1
    const readTo = lineFeed === -1 ? end : lineFeed + 1
    const answer = this.unread.slice(0, readTo).trim()
    if (this.answers.length < ANSWERS_SHOWN && answer !== '') this.answers.push(answer)
    this.unread = this.unread.slice(readTo)
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

type Expectation = Extract<Line, { expect: string } | { expectPattern: string }>

function wish(line: Expectation): string {
  return 'expect' in line ? `'${escaped(line.expect.trim())}'` : `a match of '${escaped(line.expectPattern)}'`
}

/** Looks for a text in one that grows. What is sent may be UTF-8; what is heard is bytes. */
function textFinder(wanted: string): (text: string) => number {
  const bytes = Buffer.from(wanted).toString('latin1')
  let searchedTo = 0
  return (text) => {
    const at = text.indexOf(bytes, searchedTo)
    searchedTo = Math.max(0, text.length - bytes.length + 1)
    return at === -1 ? -1 : at + bytes.length
  }
}
