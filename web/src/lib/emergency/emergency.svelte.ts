/** Which emergency announcements are on: asked every few seconds by those who may switch them. */

import { api } from '../api/client.ts'
import type { EmergencyAnnouncement, EmergencyAnnouncements } from '../api/types.ts'

const EVERY_MS = 5_000

class Emergency {
  list: EmergencyAnnouncement[] = $state.raw([])
  readonly on = $derived(this.list.filter((one) => one.on))

  /** Ask from now on; returns what ends it. */
  watch(): () => void {
    const ask = () => void this.refresh()
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => clearInterval(timer)
  }

  async refresh(): Promise<void> {
    try {
      this.list = (await api.get<EmergencyAnnouncements>('/api/emergency')).announcements
    } catch {
      // What was known stays; the page says elsewhere when the server is out of reach.
    }
  }

  async switchOff(one: EmergencyAnnouncement): Promise<void> {
    await api.post(`/api/emergency/${one.id}/off`)
    await this.refresh()
  }
}

export const emergency = new Emergency()
