/** @jsxImportSource hono/jsx */
import type { Words } from '../words.ts'

interface AddressAgainProps {
  readonly words: Words
  readonly kind: string
  /** As it was written. */
  readonly address: string
  /** The components that were ticked; null where it is about all of them. */
  readonly components: readonly string[] | null
}

/** The fields of somebody whose address was not understood: nothing of what they wrote has to be written again. */
export function AddressAgain({ words, kind, address, components }: AddressAgainProps) {
  const isMail = kind === 'email'
  return (
    <>
      <input type="hidden" name="kind" value={kind} />
      {components?.map((id) => (
        <input type="hidden" name="components" value={id} />
      ))}
      <label for="field">{isMail ? words.page.emailField : words.subscribing.hookField}</label>
      <input
        id="field"
        name="address"
        type={isMail ? 'email' : 'url'}
        value={address}
        autocomplete={isMail ? 'email' : 'off'}
        required
        autofocus
        aria-describedby="failed"
        aria-invalid="true"
      />
      <p id="failed" role="alert">
        {isMail ? words.subscribing.notAnAddress : words.subscribing.notAHook}
      </p>
    </>
  )
}
