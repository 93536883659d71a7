/** The contacts that are found, page by page. One search at a time: a new one ends the one before. */

import { api, textOf } from '../api/client.ts'
import type { ContactList, ContactRow } from '../api/types.ts'

/** Contacts asked for at once. */
const PAGE = 50

export class Search {
  rows: ContactRow[] = $state.raw([])
  total: number | null = $state(null)
  /** Null: nothing asked yet, or the end is reached. */
  after: string | null = $state(null)
  busy = $state(true)
  error: string | null = $state(null)
  #query = ''
  #stop = new AbortController()

  /** Begin anew with these filters. */
  async begin(query: string): Promise<void> {
    this.#query = query
    this.rows = []
    this.after = this.total = this.error = null
    await this.#fetch(null)
  }

  /** The next page, if there is one and it is not on its way. */
  async more(): Promise<void> {
    if (!this.busy && this.after !== null) await this.#fetch(this.after)
  }

  end(): void {
    this.#stop.abort()
  }

  /** A page may end before it is full, when what is looked for is rare: then go on at once. */
  async #fetch(from: string | null): Promise<void> {
    this.#stop.abort()
    const stop = (this.#stop = new AbortController())
    this.busy = true
    let wanted = PAGE
    try {
      do {
        const page = await this.#page(from, stop.signal)
        if (stop.signal.aborted) return
        if (from === null) this.total = page.total
        this.rows = [...this.rows, ...page.contacts]
        this.after = from = page.after
        wanted -= page.contacts.length
      } while (from !== null && wanted > 0)
      this.error = null
    } catch (thrown) {
      if (stop.signal.aborted) return
      this.error = textOf(thrown)
    }
    this.busy = false
  }

  #page(after: string | null, signal: AbortSignal): Promise<ContactList> {
    const query = new URLSearchParams(this.#query)
    query.set('limit', String(PAGE))
    if (after !== null) query.set('after', after)
    return api.get<ContactList>(`/api/contacts?${query}`, { signal })
  }
}
