/**
 * The phone in the page: at most one leg, made ready while it still rings, opened on accept.
 * Whatever is asked late, for a call that has gone meanwhile, changes nothing.
 */

import { preferences } from '../preferences.svelte.ts'
import { textOf } from '../api/client.ts'
import { BrowserLeg, type Exchange, type LegState } from './leg.ts'
import { openMicrophone } from './microphone.ts'

export type PhoneState = 'idle' | 'preparing' | 'ready' | 'open' | 'failed'

export class Softphone {
  state: PhoneState = $state('idle')
  /** How the leg's connection is; null without a leg. */
  connection: LegState | null = $state(null)
  /** Why there is no sound, as a line for people. */
  problem: string | null = $state(null)
  muted = $state(false)

  /** Which call the leg is for. */
  #call: string | null = null
  #leg: BrowserLeg | null = null
  #preparing: Promise<void> = Promise.resolve()
  #abort = new AbortController()

  get call(): string | null {
    return this.#call
  }

  /** Make the leg of `call`; asked again for the same one, wait for it. Raises with a line for people. */
  prepare(call: string, exchange: Exchange): Promise<void> {
    if (this.#call === call && this.state !== 'failed') return this.#preparing
    this.close()
    this.#call = call
    this.state = 'preparing'
    this.#abort = new AbortController()
    this.#preparing = this.#make(exchange, this.#abort.signal)
    return this.#preparing
  }

  /** Sound both ways from now on. */
  async open(): Promise<void> {
    if (!this.#leg) return
    this.state = 'open'
    this.#leg.speak(!this.muted)
    try {
      await this.#leg.listen()
      this.problem = null
    } catch (error) {
      // A leg closed meanwhile interrupts its own start, which is nobody's problem.
      if (this.state === 'open') this.problem = `The browser keeps the sound back: ${textOf(error)}`
    }
  }

  mute(on: boolean): void {
    this.muted = on
    if (this.state === 'open') this.#leg?.speak(!on)
  }

  close(): void {
    this.#abort.abort(new DOMException('The call is over.', 'AbortError'))
    this.#leg?.close()
    this.#leg = null
    this.#call = null
    this.#preparing = Promise.resolve()
    this.state = 'idle'
    this.connection = null
    this.problem = null
    this.muted = false
  }

  async #make(exchange: Exchange, signal: AbortSignal): Promise<void> {
    try {
      const microphone = await openMicrophone({ clean: preferences.cleanMicrophone })
      if (signal.aborted) {
        for (const track of microphone.getTracks()) track.stop()
        signal.throwIfAborted()
      }
      this.connection = 'connecting'
      this.#leg = new BrowserLeg(microphone, (state) => {
        if (!signal.aborted) this.connection = state
      })
      await this.#leg.connect(exchange, signal)
      signal.throwIfAborted()
      this.state = 'ready'
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    this.#leg?.close()
    this.#leg = null
    this.connection = null
    this.state = 'failed'
    this.problem = textOf(error)
  }
}
