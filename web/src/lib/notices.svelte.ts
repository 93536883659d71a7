/** Short lines at the edge of the page: what was refused, what was done. */

import { textOf } from './api/client.ts'

export interface Notice {
  id: number
  /** calm: what was asked came too late, and nothing is wrong. */
  tone: 'bad' | 'calm' | 'ok'
  text: string
}

const SHOWN_MS = 6_000

export class Notices {
  list: Notice[] = $state([])
  #last = 0

  /** An error stays until it is dismissed, anything else goes by itself. */
  add(tone: Notice['tone'], text: string): void {
    if (this.list.some((notice) => notice.text === text && notice.tone === tone)) return
    const id = ++this.#last
    this.list.push({ id, tone, text })
    if (tone !== 'bad') setTimeout(() => this.dismiss(id), SHOWN_MS)
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  /** Do something that a person asked for, and show what the server has against it. True when done. */
  async attempt(
    act: () => Promise<unknown>,
    toneOf: (error: unknown) => Notice['tone'] = () => 'bad',
  ): Promise<boolean> {
    try {
      await act()
      return true
    } catch (error) {
      this.add(toneOf(error), textOf(error))
      return false
    }
  }
}

export const notices = new Notices()
