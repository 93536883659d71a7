/**
 * What was typed into the wrap-up and is not saved yet: kept by the tab, so that loading the page anew does not
 * lose the last words. Only the present engagement's, and only until the server has it.
 */

export interface Draft {
  disposition: string | null
  note: string
}

const KEY = 'switchboard.draft'

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

function isDraft(value: unknown): value is Draft {
  const { disposition, note } = (value ?? {}) as Partial<Draft>
  return typeof note === 'string' && (disposition === null || typeof disposition === 'string')
}

export class Drafts {
  readonly #store: () => Store

  constructor(store: () => Store = () => sessionStorage) {
    this.#store = store
  }

  keep(engagement: string, { disposition, note }: Draft): void {
    try {
      this.#store().setItem(KEY, JSON.stringify({ engagement, disposition, note }))
    } catch (error) {
      console.info('the draft holds until the page is closed:', error)
    }
  }

  /** What was typed for this engagement and not saved; null when there is nothing. */
  of(engagement: string): Draft | null {
    try {
      const kept: unknown = JSON.parse(this.#store().getItem(KEY) ?? 'null')
      if (!isDraft(kept) || (kept as Draft & { engagement?: string }).engagement !== engagement) return null
      return { disposition: kept.disposition, note: kept.note }
    } catch (error) {
      console.info('the draft could not be read:', error)
      return null
    }
  }

  forget(): void {
    try {
      this.#store().removeItem(KEY)
    } catch (error) {
      console.info('the draft could not be forgotten:', error)
    }
  }
}
