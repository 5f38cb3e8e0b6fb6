/** @jsxImportSource hono/jsx */
import type { PageLanguage } from '@repo/contracts/status-pages'
import { wordsOf } from '../words.ts'
import { Bare } from './bare.tsx'

export interface DoorView {
  readonly language: PageLanguage
  readonly base: string
  readonly kind: 'password' | 'email'
  readonly failed?: 'wrong' | 'tooMany' | 'notAnAddress'
  /** The address that was written, to be mended; a password is written anew. */
  readonly tried?: string
}

/** What somebody sees who was not let in yet. */
export function renderDoor({ language, base, kind, failed, tried }: DoorView): string {
  const { door: words, subscribing } = wordsOf(language)
  const failures = { wrong: words.wrong, tooMany: words.tooMany, notAnAddress: subscribing.notAnAddress }
  const element = (
    <Bare language={language} title={words.title}>
      <form method="post" action={`${base}/${kind === 'email' ? 'access' : 'password'}`}>
        <label for="field">{kind === 'email' ? words.email : words.password}</label>
        <input
          id="field"
          name={kind}
          type={kind}
          value={tried}
          autocomplete={kind === 'email' ? 'email' : 'current-password'}
          required
          autofocus
          aria-describedby={failed && 'failed'}
          aria-invalid={failed && failed !== 'tooMany' ? 'true' : undefined}
        />
        {failed && (
          <p id="failed" role="alert">
            {failures[failed]}
          </p>
        )}
        <button type="submit">{kind === 'email' ? words.send : words.open}</button>
      </form>
    </Bare>
  )
  return `<!doctype html>${element.toString()}`
}
