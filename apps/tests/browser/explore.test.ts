import { setDefaultTimeout, test } from 'bun:test'
import { signIn } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openDetailSite } from './detail-ground.ts'

setDefaultTimeout(90_000)
const site = openDetailSite()
test('x', async () => {
  for (const width of [1280, 360])
    for (const colorScheme of ['light', 'dark'] as const) {
      await using w = await openPage(site.browser, { url: site.url, viewport: { width, height: 900 }, colorScheme })
      await signIn(w.page, site.owner)
      for (const q of width === 1280 ? ['?range=24h', '?range=24h&by=region'] : ['?range=24h']) {
        await w.page.goto(`/monitors/${site.shopId}${q}`)
        await w.page.getByTestId('latency-chart').locator('canvas').waitFor()
        await w.page.waitForTimeout(1500)
        await w.page.screenshot({
          path: `/tmp/p/d-${width}-${colorScheme}${q.length > 12 ? '-region' : ''}.png`,
          fullPage: true,
        })
        console.log(width, colorScheme, await seriousViolations(w.page), w.offences)
      }
    }
})
