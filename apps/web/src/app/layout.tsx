import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { iconHref } from '../shell/icon.ts'
import { Spoken } from '../shell/language.tsx'
import { languageScript } from '../shell/language-script.ts'
import { themeScript } from '../shell/theme-script.ts'
import { mono, sans } from './fonts.ts'
import './globals.css'

export const metadata: Metadata = {
  title: 'BetterUptime',
  description: 'Watches websites from many regions and says so when they are down.',
  robots: { index: false },
  icons: { icon: iconHref() },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafaf7' },
    { media: '(prefers-color-scheme: dark)', color: '#0d0f14' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning className={`${sans.variable} ${mono.variable}`}>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: constants of ours; they must run before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: `${themeScript};${languageScript}` }} />
      </head>
      <body>
        <Spoken>{children}</Spoken>
      </body>
    </html>
  )
}
