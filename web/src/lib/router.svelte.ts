/** Where the person is: the path, and links that change it without loading the page anew. */

export class Router {
  path: string = $state(location.pathname)
  query: string = $state(location.search)

  #guard: (() => boolean) | null = null

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
    if (replace) history.replaceState(null, '', target)
    else history.pushState(null, '', target)
    this.#read()
    scrollTo(0, 0)
  }

  /** Follow the browser's own moves and plain clicks on links within the site. */
  start(): () => void {
    const back = () => this.#read()
    const click = (event: MouseEvent) => this.#follow(event)
    addEventListener('popstate', back)
    document.addEventListener('click', click)
    return () => {
      removeEventListener('popstate', back)
      document.removeEventListener('click', click)
    }
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

export const router = new Router()
