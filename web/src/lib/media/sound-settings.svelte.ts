/**
 * With which devices and how loud this person works on this computer. Kept in the browser and per person:
 * microphones differ by desk, and two people may share one.
 */

import { SYSTEM, type Use, type Wanted } from './devices.ts'

export interface Kept {
  devices: Record<Use, Wanted>
  /** 0 to 1. */
  ringVolume: number
  /** Echo cancellation, noise suppression and automatic gain in the browser. */
  cleanMicrophone: boolean
  /** Whether calls are told outside of the page while it is not in front. */
  notify: boolean
  /** Whether the sound was checked here once. */
  checked: boolean
}

const KEY = 'switchboard.sound'
export const FIRST: Kept = {
  devices: { microphone: SYSTEM, headset: SYSTEM, ring: SYSTEM },
  ringVolume: 0.6,
  cleanMicrophone: true,
  notify: true,
  checked: false,
}

/** The part of Storage that is used. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>

function isWanted(value: unknown): value is Wanted {
  const { id, label } = (value ?? {}) as Partial<Wanted>
  return typeof id === 'string' && typeof label === 'string'
}

/** What was kept, as far as it makes sense; the rest as at first. */
export function read(text: string | null): Kept {
  const found = JSON.parse(text ?? '{}') as Partial<Kept>
  const devices = (found.devices ?? {}) as Partial<Record<Use, unknown>>
  const device = (use: Use) => (isWanted(devices[use]) ? devices[use] : SYSTEM)
  return {
    devices: { microphone: device('microphone'), headset: device('headset'), ring: device('ring') },
    ringVolume:
      typeof found.ringVolume === 'number' ? Math.min(1, Math.max(0, found.ringVolume)) : FIRST.ringVolume,
    cleanMicrophone: found.cleanMicrophone ?? FIRST.cleanMicrophone,
    notify: found.notify ?? FIRST.notify,
    checked: found.checked ?? FIRST.checked,
  }
}

export class SoundSettings {
  #kept: Kept = $state.raw(FIRST)
  #key: string | null = null
  readonly #store: () => Store
  /** Called after each change of a device. */
  devicesChanged: () => void = () => {}

  constructor(store: () => Store = () => localStorage) {
    this.#store = store
  }

  get devices(): Kept['devices'] {
    return this.#kept.devices
  }
  get ringVolume(): number {
    return this.#kept.ringVolume
  }
  get cleanMicrophone(): boolean {
    return this.#kept.cleanMicrophone
  }
  get notify(): boolean {
    return this.#kept.notify
  }
  get checked(): boolean {
    return this.#kept.checked
  }

  /** From now on it is this person's. */
  open(person: string): void {
    this.#key = `${KEY}.${person}`
    try {
      this.#kept = read(this.#store().getItem(this.#key))
    } catch (error) {
      // Storage that is closed to us or spoiled must not keep anybody from working.
      console.info('sound settings start afresh:', error)
      this.#kept = FIRST
    }
  }

  change(changed: Partial<Omit<Kept, 'devices'>>): void {
    this.#keep({ ...this.#kept, ...changed })
  }

  choose(use: Use, wanted: Wanted): void {
    this.#keep({ ...this.#kept, devices: { ...this.#kept.devices, [use]: wanted } })
    this.devicesChanged()
  }

  #keep(kept: Kept): void {
    this.#kept = kept
    if (this.#key === null) return
    try {
      this.#store().setItem(this.#key, JSON.stringify(kept))
    } catch (error) {
      console.info('sound settings hold until the page is closed:', error)
    }
  }
}

export const soundSettings = new SoundSettings()
