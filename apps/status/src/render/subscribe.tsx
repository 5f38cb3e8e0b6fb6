/** @jsxImportSource hono/jsx */
import type { PageView } from '../view.ts'

/** How to hear of what changes: feeds and a calendar for everybody, letters where somebody sends them. */
export function Subscribe({ view }: { view: PageView }) {
  const { words, base, canSubscribe } = view
  return (
    <section id="subscribe">
      <h2>{words.page.subscribe}</h2>
      <div class="card list">
        {canSubscribe && <Form view={view} />}
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

/** Without a component that is ticked it is about all of them. */
function Form({ view: { page, words, base } }: { view: PageView }) {
  const components = page.sections.flatMap(({ components }) => components)
  return (
    <form method="post" action={`${base}/subscribe`}>
      <h3>{words.page.byEmail}</h3>
      <div class="field">
        <label for="email">{words.page.emailField}</label>
        <input id="email" name="email" type="email" autocomplete="email" required maxlength={254} />
        <button type="submit" class="button">
          {words.page.subscribeButton}
        </button>
      </div>
      {components.length > 1 && (
        <details>
          <summary>{words.page.allComponents}</summary>
          <fieldset>
            <legend>{words.page.emailOf}</legend>
            {components.map(({ id, name }) => (
              <label>
                <input type="checkbox" name="components" value={id} />
                {name}
              </label>
            ))}
          </fieldset>
        </details>
      )}
    </form>
  )
}
