import { followBars } from './bars.ts'
import { confirm, listenTo } from './live.ts'
import { tellTimes } from './times.ts'

// The page is whole without any of this: times become those of whoever reads, bars tell of their days, and what changes comes by itself.
tellTimes(document)
setInterval(() => {
  confirm()
  tellTimes(document)
}, 30_000)
const bars = followBars()
const { events, version = '' } = document.body.dataset
if (events) addEventListener('load', () => listenTo(events, { version, onReplaced: bars.refresh }))
