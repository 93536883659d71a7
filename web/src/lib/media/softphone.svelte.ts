/**
 * The phone in the page: at most one leg, made ready while it still rings, opened on accept.
 * Whatever is asked late, for a call that has gone meanwhile, changes nothing.
 */

import { textOf } from '../api/client.ts'
import { deviceList } from './device-list.svelte.ts'
import { present } from './devices.ts'
import { BrowserLeg, type Exchange, type LegState } from './leg.ts'
import { openMicrophone } from './microphone.ts'
import { soundSettings } from './sound-settings.svelte.ts'

export type PhoneState = 'idle' | 'preparing' | 'ready' | 'open' | 'failed'

export class Softphone {
  state: PhoneState = $state('idle')
  /** How the leg's connection is; null without a leg. */
  connection: LegState | null = $state(null)
  /** Why there is no sound, as a line for people. */
  problem: string | null = $state(null)
  muted = $state(false)

  /** Why the customer does not hear this side although the leg is up; null while he does. */
  unheard: string | null = $state(null)

  /** Called when the sound is interrupted; it may still come back by itself. */
  interrupted: () => void = () => {}

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

  /** Devices came, went or were chosen anew: go on with the right ones, without touching the call. */
  async devicesChanged(): Promise<void> {
    const leg = this.#leg
    if (leg === null) return
    await leg.listenOn(device('headset'))
    const { device: used, alive } = leg.microphone
    const wanted = device('microphone')
    if (alive && (wanted === '' || wanted === used)) return
    try {
      const microphone = await openMicrophone({ clean: soundSettings.cleanMicrophone, device: wanted })
      if (this.#leg === leg) await leg.changeMicrophone(microphone)
      else for (const track of microphone.getTracks()) track.stop()
      this.unheard = null
    } catch (error) {
      if (this.#leg === leg && !alive) this.unheard = textOf(error)
    }
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
    this.unheard = null
    this.muted = false
  }

  async #make(exchange: Exchange, signal: AbortSignal): Promise<void> {
    try {
      const microphone = await openMicrophone({
        clean: soundSettings.cleanMicrophone,
        device: device('microphone'),
      })
      if (signal.aborted) {
        for (const track of microphone.getTracks()) track.stop()
        signal.throwIfAborted()
      }
      this.connection = 'connecting'
      this.#leg = new BrowserLeg(microphone, (state) => {
        if (signal.aborted) return
        this.connection = state
        if (state === 'lost') this.interrupted()
      })
      void this.#leg.listenOn(device('headset'))
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

/** The id of the device to use now for what this person wants. */
function device(use: 'microphone' | 'headset'): string {
  return present(deviceList.all, use, soundSettings.devices[use])
}
