import { t } from '@repo/ui/words'

interface Product {
  /** In what a browser says of itself. */
  readonly sign: RegExp
  readonly name: string
}

const browsers: readonly Product[] = [
  { sign: /\bEdg(?:e|A|iOS)?\//, name: 'Edge' },
  { sign: /\bOPR\/|\bOpera\//, name: 'Opera' },
  { sign: /\bSamsungBrowser\//, name: 'Samsung Internet' },
  { sign: /\bFirefox\/|\bFxiOS\//, name: 'Firefox' },
  { sign: /\b(?:Headless)?Chrome\/|\bCriOS\//, name: 'Chrome' },
  { sign: /\bSafari\//, name: 'Safari' },
]

const systems: readonly Product[] = [
  { sign: /\bAndroid\b/, name: 'Android' },
  { sign: /\biPhone\b/, name: 'iPhone' },
  { sign: /\biPad\b/, name: 'iPad' },
  { sign: /\bWindows\b/, name: 'Windows' },
  { sign: /\bMac OS X\b/, name: 'macOS' },
  { sign: /\bCrOS\b/, name: 'ChromeOS' },
  { sign: /\bLinux\b/, name: 'Linux' },
]

/** What a person calls the device that a session is on: "Firefox on Windows". What is no browser is called as it calls itself. */
export function deviceWords(userAgent: string): string {
  const browser = nameIn(browsers, userAgent)
  const system = nameIn(systems, userAgent)
  if (browser && system) return t('{browser} on {system}', { browser, system })
  return browser ?? (userAgent.slice(0, 60) || t('Unknown device'))
}

function nameIn(products: readonly Product[], userAgent: string): string | undefined {
  return products.find(({ sign }) => sign.test(userAgent))?.name
}
