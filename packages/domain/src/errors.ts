/** Input from outside that does not mean what it should. Its message is safe to show to whoever sent the input. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
}
