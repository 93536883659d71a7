/**
 * A text that several people may change: what was typed here, what it said when typing began, and what somebody
 * else made of it meanwhile. Nobody's words are overwritten without being seen.
 */

/** Raised by `send` when the server says that it was changed since. Carries what it says now. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile'
  readonly now: string

  constructor(now: string) {
    super('changed meanwhile')
    this.now = now
  }
}

/** Saves `value` if the text still says `seen`. */
export type Send = (value: string, seen: string) => Promise<void>

export class SharedEdit {
  mine: string = $state('')
  /** What somebody else wrote while this was being changed; to be decided on. */
  theirs: string | null = $state(null)
  busy = $state(false)
  #seen: string = $state('')
  readonly #send: Send

  constructor(value: string, send: Send) {
    this.mine = this.#seen = value
    this.#send = send
  }

  get dirty(): boolean {
    return this.mine.trim() !== this.#seen.trim()
  }

  /** The server tells what it says now. */
  heard(value: string): void {
    if (value === this.#seen || this.busy) return
    if (!this.dirty || value.trim() === this.mine.trim()) {
      this.mine = this.#seen = value
      this.theirs = null
    } else this.theirs = value
  }

  /** Resolves with whether nothing is left unsaved. Raises what else the server has against it. */
  async save(): Promise<boolean> {
    if (this.theirs !== null) return false
    if (!this.dirty || this.busy) return !this.dirty
    const value = this.mine.trim()
    this.busy = true
    try {
      await this.#send(value, this.#seen)
      this.#seen = value
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error
      this.theirs = error.now
      return false
    } finally {
      this.busy = false
    }
    return !this.dirty
  }

  /** Their words were seen, and give way. */
  keepMine(): Promise<boolean> {
    this.#seen = this.theirs ?? this.#seen
    this.theirs = null
    return this.save()
  }

  takeTheirs(): void {
    this.mine = this.#seen = this.theirs ?? this.#seen
    this.theirs = null
  }
}
