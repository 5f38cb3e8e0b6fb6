/** @jsxImportSource hono/jsx */
import type { PageLanguage } from '@repo/contracts/status-pages'
import { raw } from 'hono/html'
import { wordsOf } from '../words.ts'
import { style } from './style.ts'

export interface DoorView {
  readonly language: PageLanguage
  readonly base: string
  readonly kind: 'password' | 'email'
  readonly failed: 'wrong' | 'tooMany' | undefined
}

/** What somebody sees who was not let in yet. */
export function renderDoor({ language, base, kind, failed }: DoorView): string {
  const words = wordsOf(language).door
  return `<!doctype html>${(
    (
      <html lang={language} data-theme="auto">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>{words.title}</title>
          <style>{raw(style)}</style>
        </head>
        <body>
          <main class="door">
            <h1>{words.title}</h1>
            <form method="post" action={`${base}/${kind === 'email' ? 'access' : 'password'}`}>
              <label for="field">{kind === 'email' ? words.email : words.password}</label>
              <input
                id="field"
                name={kind}
                type={kind}
                autocomplete={kind === 'email' ? 'email' : 'current-password'}
                required
                autofocus
                aria-describedby={failed && 'failed'}
                aria-invalid={failed === 'wrong' ? 'true' : undefined}
              />
              {failed && (
                <p id="failed" role="alert">
                  {words[failed]}
                </p>
              )}
              <button type="submit">{kind === 'email' ? words.send : words.open}</button>
            </form>
          </main>
        </body>
      </html>
    )
  ).toString()}`
}
