/** The sound devices that are there just now, kept up to date while they come and go. */

import type { Device } from './devices.ts'
import { isSecure } from './microphone.ts'

export class DeviceList {
  all: readonly Device[] = $state.raw([])
  /** Called after devices came or went, not when they were merely read. */
  changed: () => void = () => {}

  /** Look, and go on looking; returns how to stop. */
  start(): () => void {
    if (!isSecure()) return () => {}
    const heard = () => void this.look().then(() => this.changed())
    navigator.mediaDevices.addEventListener('devicechange', heard)
    void this.look()
    return () => navigator.mediaDevices.removeEventListener('devicechange', heard)
  }

  /** Read the list; names are only there once the microphone was allowed. */
  async look(): Promise<void> {
    if (!isSecure()) return
    try {
      this.all = await navigator.mediaDevices.enumerateDevices()
    } catch (error) {
      // The system's devices still work without being listed.
      console.info('sound devices could not be listed:', error)
    }
  }
}

export const deviceList = new DeviceList()
