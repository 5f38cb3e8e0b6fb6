import { t } from '@repo/ui/words'

/** What a channel of the kind `web_push` has to know of this browser. */
export interface PushSettings {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

export type Subscribing =
  | { readonly kind: 'subscribed'; readonly settings: PushSettings }
  /** The person does not permit it, or their browser for them. */
  | { readonly kind: 'denied' }
  /** The browser does not get through to the push service of its maker. */
  | { readonly kind: 'unreachable' }

/** Why this page can have no notifications; undefined where it can. */
export function pushObstacle(): string | undefined {
  if (!isSecureContext) return t('Notifications take an address that begins with https.')
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window))
    return t('This browser knows no notifications of pages that are closed.')
  return undefined
}

/**
 * Asks the person, and subscribes this browser to what the instance of this key tells: `GET /api/v1/web-push` gives it. To be called
 * when the person has just asked for it, for browsers let nobody ask by themselves.
 */
export async function subscribe(publicKey: string): Promise<Subscribing> {
  if ((await Notification.requestPermission()) !== 'granted') return { kind: 'denied' }
  await navigator.serviceWorker.register('/sw.js')
  const { pushManager } = await navigator.serviceWorker.ready
  try {
    const known = await pushManager.getSubscription()
    // One for another key hears nothing of this instance, and stands in the way of a new one.
    if (known && keyOf(known) !== publicKey) await known.unsubscribe()
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
    return { kind: 'subscribed', settings: settingsOf(made) }
  } catch (error) {
    if ((error as DOMException).name === 'NotAllowedError') return { kind: 'denied' }
    if ((error as DOMException).name === 'AbortError') return { kind: 'unreachable' }
    throw error
  }
}

function keyOf({ options }: PushSubscription): string {
  return base64url(options.applicationServerKey)
}

function settingsOf(subscription: PushSubscription): PushSettings {
  const { endpoint } = subscription
  return {
    endpoint,
    p256dh: base64url(subscription.getKey('p256dh')),
    auth: base64url(subscription.getKey('auth')),
  }
}

function base64url(bytes: ArrayBuffer | null): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0))))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
