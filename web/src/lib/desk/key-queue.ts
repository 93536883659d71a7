/**
 * Keys pressed towards the customer leave in the order in which they were pressed: one request at a time, and
 * what is pressed meanwhile goes together with the next.
 */

/** As on a telephone, row by row. */
export const KEYPAD = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const
/** The server takes so many keys at once. */
export const AT_ONCE = 32

/** The key that a key of the keyboard stands for; null for any other. */
export function padKey(
  pressed: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>,
): string | null {
  if (pressed.altKey || pressed.ctrlKey || pressed.metaKey) return null
  return (KEYPAD as readonly string[]).includes(pressed.key) ? pressed.key : null
}

export class KeyQueue {
  readonly #send: (keys: string) => Promise<boolean>
  #waiting = ''
  #sending = false

  /** send: resolves with whether the keys were taken; those that wait behind refused ones are dropped. */
  constructor(send: (keys: string) => Promise<boolean>) {
    this.#send = send
  }

  press(key: string): void {
    this.#waiting += key
    if (!this.#sending) void this.#run()
  }

  async #run(): Promise<void> {
    this.#sending = true
    while (this.#waiting !== '') {
      const keys = this.#waiting.slice(0, AT_ONCE)
      this.#waiting = this.#waiting.slice(AT_ONCE)
      // Half of a code is worse than none: after a refusal the rest is not pressed.
      if (!(await this.#send(keys))) this.#waiting = ''
    }
    this.#sending = false
  }
}
