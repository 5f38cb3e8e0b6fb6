/**
 * News for whoever listens just now, best effort: nobody waits for a listener, nothing is kept, and what is published
 * while a listener's connection is away never reaches it. State must not depend on it.
 */
export interface LiveBus<Message> {
  publish(message: Message): Promise<void>
  /**
   * Resolves when the subscription is active; it ends when the signal aborts. `onMissed` is called whenever it is active
   * again after it was not: messages may have passed by.
   */
  subscribe(handle: (message: Message) => void, signal: AbortSignal, onMissed?: () => void): Promise<void>
}
