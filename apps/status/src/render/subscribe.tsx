/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import type { PageView } from '../view.ts'
import { ComponentChoice } from './component-choice.tsx'

/** How to hear of what changes: feeds and a calendar for everybody, letters and hooks where somebody sends them. */
export function Subscribe({ view }: { view: PageView }) {
  const { words, base, ways } = view
  return (
    <section id="subscribe">
      <h2>{words.page.subscribe}</h2>
      <div class="card list">
        {ways.mail && <MailForm view={view} />}
        {ways.hooks && <HookForm view={view} />}
        <div>
          <p>{words.page.feeds}</p>
          <p class="feeds">
            <a href={`${base}/history.rss`}>RSS</a>
            <a href={`${base}/history.atom`}>Atom</a>
            <a href={`${base}/feed.json`}>JSON</a>
            <a href={`${base}/maintenance.ics`}>{words.page.calendar}</a>
          </p>
        </div>
      </div>
    </section>
  )
}

function MailForm({ view }: { view: PageView }) {
  const { words } = view
  return (
    <Form view={view}>
      <h3>{words.page.byEmail}</h3>
      <input type="hidden" name="kind" value="email" />
      <div class="field">
        <label for="email">{words.page.emailField}</label>
        <input id="email" name="address" type="email" autocomplete="email" required maxlength={254} />
        <button type="submit" class="button">
          {words.page.subscribeButton}
        </button>
      </div>
      <Choice view={view} />
    </Form>
  )
}

function HookForm({ view }: { view: PageView }) {
  const { words } = view
  return (
    <details>
      <summary>{words.subscribing.byHook}</summary>
      <Form view={view}>
        <div class="field">
          <label for="kind">{words.subscribing.hookKind}</label>
          <select id="kind" name="kind">
            <option value="slack">Slack</option>
            <option value="teams">Microsoft Teams</option>
            <option value="discord">Discord</option>
            <option value="webhook">{words.subscribing.webhook}</option>
          </select>
        </div>
        <div class="field">
          <label for="hook">{words.subscribing.hookField}</label>
          <input id="hook" name="address" type="url" autocomplete="off" required maxlength={2_000} />
          <button type="submit" class="button">
            {words.page.subscribeButton}
          </button>
        </div>
        <Choice view={view} />
      </Form>
    </details>
  )
}

function Form({ view: { base }, children }: { view: PageView; children?: Child }) {
  return (
    <form method="post" action={`${base}/subscribe`}>
      {children}
    </form>
  )
}

function Choice({ view: { page, words } }: { view: PageView }) {
  if (page.sections.flatMap(({ components }) => components).length < 2) return null
  return (
    <details>
      <summary>{words.page.allComponents}</summary>
      <ComponentChoice page={page} legend={words.page.emailOf} />
    </details>
  )
}
