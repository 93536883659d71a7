/** What the server counts when it is asked: now, when the question changes, and again every few seconds. */

import { api, textOf } from '../api/client.ts'

const AGAIN = 15_000

export class Counted<Answer> {
  answer: Answer | null = $state.raw(null)
  /** Why there is no newer answer. */
  error: string | null = $state(null)
  #asked = 0

  /** Ask from now on; returns how to stop. The last answer stays until there is another. */
  ask(path: string): () => void {
    const once = () => {
      if (document.visibilityState === 'visible') void this.#fetch(path)
    }
    void this.#fetch(path)
    const again = setInterval(once, AGAIN)
    document.addEventListener('visibilitychange', once)
    return () => {
      clearInterval(again)
      document.removeEventListener('visibilitychange', once)
    }
  }

  async #fetch(path: string): Promise<void> {
    const asked = ++this.#asked
    try {
      const answer = await api.get<Answer>(path)
      // An answer to an older question comes too late.
      if (asked === this.#asked) [this.answer, this.error] = [answer, null]
    } catch (thrown) {
      if (asked === this.#asked) this.error = textOf(thrown)
    }
  }
}
