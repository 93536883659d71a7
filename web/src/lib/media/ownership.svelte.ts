/** Which of a person's tabs rings and carries the call: exactly one, held by a Web Lock. */

const LOCK = 'switchboard.media'

export class MediaOwnership {
  /** Null until the browser has answered. */
  mine: boolean | null = $state(null)
  #changed: (mine: boolean) => void
  #release: (() => void) | null = null
  #waiting = new AbortController()
  #stopped = true

  constructor(changed: (mine: boolean) => void) {
    this.#changed = changed
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    if (!('locks' in navigator)) {
      // Without a secure context there are no locks, and no microphone to quarrel about either.
      this.#is(true)
      return
    }
    void this.#tryNow()
  }

  stop(): void {
    this.#stopped = true
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
      await navigator.locks.request(LOCK, options, (lock) => {
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
