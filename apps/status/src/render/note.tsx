/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import { documentHeaders } from '../document.ts'
import { Bare } from './bare.tsx'

export interface NoteView {
  readonly language: string
  readonly title: string
  readonly hint?: string | undefined
  /** What whoever reads it can do: a form that is posted to this very address. */
  readonly button?: string | undefined
  /** The fields of that form. */
  readonly children?: Child
  /** A way to go on. */
  readonly link?: { readonly label: string; readonly href: string } | undefined
}

/** A few words to somebody who did something: without the page around them, for not everybody who comes here may see that. */
export function renderNote({ language, title, hint, button, children, link }: NoteView): string {
  const element = (
    <Bare language={language} title={title}>
      {hint && <p>{hint}</p>}
      {button && (
        <form method="post">
          {children}
          <button type="submit">{button}</button>
        </form>
      )}
      {link && (
        <p class="back">
          <a href={link.href}>{link.label}</a>
        </p>
      )}
    </Bare>
  )
  return `<!doctype html>${element.toString()}`
}

/** It is kept by nobody, and its address, which may hold a token, is told to nobody. */
const headers = {
  ...documentHeaders,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function noteAnswer(view: NoteView, { status = 200, retryAfterMs }: NoteStatus = {}): Response {
  const retry = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  return new Response(renderNote(view), { status, headers: { ...headers, ...retry } })
}

interface NoteStatus {
  readonly status?: number
  readonly retryAfterMs?: number
}
