import type { FarmRow } from './row.ts'
import { addresses } from './rows/addresses.ts'
import { chunks, lengths } from './rows/bodies.ts'
import { connections } from './rows/connections.ts'
import { contents } from './rows/contents.ts'
import { handshakes } from './rows/handshakes.ts'
import { headers, statusLines } from './rows/heads.ts'
import { http2 } from './rows/http2.ts'
import { meanings } from './rows/meanings.ts'
import { names } from './rows/names.ts'
import { redirects } from './rows/redirects.ts'
import { statuses } from './rows/statuses.ts'

/** Every target of the farm, by what is odd about it. */
export const farm: Readonly<Record<string, readonly FarmRow[]>> = {
  'whose name': names,
  'with odd addresses': addresses,
  'whose connection is odd': connections,
  'under TLS that': handshakes,
  'with an odd status line': statusLines,
  'with odd headers': headers,
  'with an odd length': lengths,
  'that answers in chunks': chunks,
  'with an odd status': statuses,
  'with odd contents': contents,
  'that redirects': redirects,
  'that means something else': meanings,
  'that speaks HTTP/2': http2,
}
