/**
 * Which of a person's tabs rings and carries the call: exactly one, held by a Web Lock. The lock has a second
 * use: a browser does not freeze a hidden tab that holds one.
 */

const LOCK = 'switchboard.media'
/** In the session's storage of a tab: when it last gave the sound away by being loaded anew. */
const HAD = 'switchboard.media.had'
/** A tab that comes back within this time was loaded anew, and goes on with what it had. */
const RELOAD_MS = 10_000

/** The part of the browser that is used. */
export interface Surroundings {
  /** Null without a secure context: then there is no microphone to quarrel about either. */
  locks: Pick<LockManager, 'request'> | null
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  now(): number
  /** Called when the page goes away, perhaps to be loaded anew. */
  leaving(run: () => void): () => void
}

function browser(): Surroundings {
  return {
    locks: 'locks' in navigator ? navigator.locks : null,
    store: sessionStorage,
    now: () => Date.now(),
    leaving: (run) => {
      addEventListener('pagehide', run)
      return () => removeEventListener('pagehide', run)
    },
  }
}

export class MediaOwnership {
  /** Null until the browser has answered. */
  mine: boolean | null = $state(null)
  readonly #changed: (mine: boolean) => void
  readonly #surroundings: () => Surroundings
  #around: Surroundings | null = null
  #unwatch = () => {}
  #release: (() => void) | null = null
  #waiting = new AbortController()
  #stopped = true

  constructor(changed: (mine: boolean) => void, surroundings: () => Surroundings = browser) {
    this.#changed = changed
    this.#surroundings = surroundings
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    const around = (this.#around = this.#surroundings())
    if (around.locks === null) {
      this.#is(true)
      return
    }
    this.#unwatch = around.leaving(() => {
      if (this.mine) around.store.setItem(HAD, String(around.now()))
    })
    const had = Number(around.store.getItem(HAD) ?? 0)
    around.store.removeItem(HAD)
    // Another tab waits in line for the lock; it must not get the call because this one was loaded anew.
    if (around.now() - had < RELOAD_MS) this.takeOver()
    else void this.#tryNow()
  }

  stop(): void {
    this.#stopped = true
    this.#unwatch()
    this.#waiting.abort()
    this.#release?.()
    this.#release = null
    this.mine = null
  }

  /** Take the sound into this tab; the tab that had it becomes a mere viewer. */
  takeOver(): void {
    this.#waiting.abort()
    void this.#hold({ steal: true })
  }

  async #tryNow(): Promise<void> {
    const got = await this.#hold({ ifAvailable: true })
    if (!got) this.#wait()
  }

  /** Stand in line: when the other tab closes, this one takes over by itself. */
  #wait(): void {
    if (this.#stopped) return
    this.#is(false)
    this.#waiting = new AbortController()
    void this.#hold({ signal: this.#waiting.signal })
  }

  /** Ask for the lock and keep it; resolves with whether it was ever had. */
  async #hold(options: LockOptions): Promise<boolean> {
    let had = false
    try {
      await this.#around?.locks?.request(LOCK, options, (lock) => {
        if (!lock || this.#stopped) return undefined
        had = true
        this.#is(true)
        return new Promise<void>((release) => (this.#release = release))
      })
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error
      // Either another tab took the lock, or we stopped standing in line to take it ourselves.
      if (had) this.#wait()
    }
    return had
  }

  #is(mine: boolean): void {
    this.mine = mine
    this.#changed(mine)
  }
}
