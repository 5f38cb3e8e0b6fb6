import { createMemoryStream } from '../src/memory.ts'
import { describeStream } from '../testing/describe-stream.ts'
import { letterCodec } from '../testing/letter.ts'

describeStream('memory', async (onAlarm) => createMemoryStream({ codec: letterCodec, capacity: 10_000, onAlarm }))
