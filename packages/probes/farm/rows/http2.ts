import { encodeFields } from '../../src/h2/hpack.ts'
import { type H2Step, startH2Target } from '../../testing/h2-target.ts'
import type { OpenRow } from '../row.ts'

const SETTINGS = { type: 4 }
const head = (flags: number) => ({ type: 1, flags, stream: 1, payload: encodeFields([[':status', '200']]) })

/** A server in clear text whose frames are these, asked for HTTP/2. */
const row = (expected: Pick<OpenRow, 'id' | 'name' | 'code'>, script: readonly H2Step[]): OpenRow => ({
  ...expected,
  spec: { httpVersion: '2', timeoutMs: 400 },
  open: () => startH2Target(script),
})

export const http2: readonly OpenRow[] = [
  row({ id: 'G2', name: 'answers over HTTP/2', code: 'OK' }, [SETTINGS, head(5)]),
  row({ id: 'G3', name: 'floods with SETTINGS', code: 'H2_ABUSE' }, [{ endless: SETTINGS }]),
  row({ id: 'G3', name: 'floods with PING', code: 'H2_ABUSE' }, [
    SETTINGS,
    { endless: { type: 6, payload: Buffer.alloc(8) } },
  ]),
  row({ id: 'G3', name: 'floods with empty DATA', code: 'H2_ABUSE' }, [
    SETTINGS,
    head(4),
    { endless: { type: 0, stream: 1 } },
  ]),
  row({ id: 'G3', name: 'floods with CONTINUATION', code: 'H2_ABUSE' }, [
    SETTINGS,
    head(0),
    { endless: { type: 9, stream: 1 } },
  ]),
  row({ id: 'G3', name: 'resets at once', code: 'H2_ERROR' }, [
    SETTINGS,
    { type: 3, stream: 1, payload: Buffer.of(0, 0, 0, 7) },
  ]),
  row({ id: 'G3', name: 'refers to what nobody put into the table', code: 'H2_ERROR' }, [
    SETTINGS,
    { type: 1, flags: 5, stream: 1, payload: Buffer.of(0xbe) },
  ]),
  row({ id: 'G4', name: 'answers HTTP/2 with HTTP/1', code: 'H2_ERROR' }, [
    Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    'FIN',
  ]),
]
