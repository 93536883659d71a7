/** Where the person is: the path, and links that change it without loading the page anew. */

export class Router {
  path: string = $state(location.pathname)
  query: string = $state(location.search)

  #guard: (() => boolean) | null = null
  /** Which of the browser's entries this is, counted from the first: so a move can be taken back. */
  #at = 0
  #takingBack = false

  /** Ask before leaving the page: `may` is false to stay. Returns what ends the asking. */
  guard(may: () => boolean): () => void {
    this.#guard = may
    return () => {
      if (this.#guard === may) this.#guard = null
    }
  }

  go(to: string, { replace = false } = {}): void {
    if (this.#guard && !this.#guard()) return
    const target = new URL(to, location.href)
    if (replace) history.replaceState({ at: this.#at }, '', target)
    else history.pushState({ at: ++this.#at }, '', target)
    this.#read()
    scrollTo(0, 0)
  }

  /** Follow the browser's own moves and plain clicks on links within the site. */
  start(): () => void {
    this.#at = entryOf(history.state) ?? 0
    history.replaceState({ at: this.#at }, '')
    const back = (event: PopStateEvent) => this.#moved(entryOf(event.state))
    const click = (event: MouseEvent) => this.#follow(event)
    addEventListener('popstate', back)
    document.addEventListener('click', click)
    return () => {
      removeEventListener('popstate', back)
      document.removeEventListener('click', click)
    }
  }

  /** The browser has gone to another entry already: when the page may not be left, it goes back again. */
  #moved(to: number | null): void {
    if (this.#takingBack) {
      this.#takingBack = false
      return
    }
    if (to === null) {
      // A link to a place on this page has made an entry of its own.
      history.replaceState({ at: ++this.#at }, '')
      return
    }
    const by = to - this.#at
    if (by !== 0 && this.#guard && !this.#guard()) {
      this.#takingBack = true
      history.go(-by)
      return
    }
    this.#at = to
    this.#read()
  }

  #read(): void {
    this.path = location.pathname
    this.query = location.search
  }

  #follow(event: MouseEvent): void {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!plain || event.defaultPrevented || !link || link.target || link.hasAttribute('download')) return
    if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return
    if (link.hash && link.pathname === location.pathname) return
    event.preventDefault()
    this.go(link.href)
  }
}

function entryOf(state: unknown): number | null {
  const at = (state as { at?: unknown } | null)?.at
  return typeof at === 'number' ? at : null
}

export const router = new Router()
