// Shows what is told by web push, also where no page of the dashboard is open. It keeps nothing, asks for nothing, and no request of a
// page goes through it.

/** What somebody has to see: a browser may take others away by itself. */
const lasting = new Set(['down', 'reopened', 'storm'])

// An old one has nothing that a new one would have to wait for.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('push', (event) => event.waitUntil(show(read(event.data))))
self.addEventListener('notificationclick', (event) => event.waitUntil(openFrom(event.notification)))

/** Whatever came: browsers end the subscription of who is told something and shows nothing. */
function read(data) {
  try {
    return Object(data.json())
  } catch {
    return {}
  }
}

function show({ title, body, url, tag, event }) {
  const folds = typeof tag === 'string' && tag !== ''
  return self.registration.showNotification(textOr(title, 'BetterUptime'), {
    body: textOr(body, ''),
    data: { url: ownAddress(url) },
    requireInteraction: lasting.has(event),
    // What is told of one incident is one notification, which rings each time that it changes.
    ...(folds && { tag, renotify: true }),
  })
}

async function openFrom(notification) {
  notification.close()
  const url = ownAddress(notification.data?.url)
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find((one) => one.url === url)
  await (page ? page.focus() : self.clients.openWindow(url))
}

/** Of a page of the dashboard: its list of monitors, where an address leads anywhere else. */
function ownAddress(url) {
  const { origin } = self.location
  const asked = typeof url === 'string' ? URL.parse(url, origin) : null
  return asked?.origin === origin ? asked.href : `${origin}/monitors`
}

function textOr(value, other) {
  return typeof value === 'string' && value !== '' ? value : other
}
