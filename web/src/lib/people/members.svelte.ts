/** People and phones as they fare now, asked every few seconds while somebody looks. */

import { api } from '../api/client.ts'
import type { Member, Members, PhonesShown, PhoneShown } from '../api/types.ts'

const EVERY_MS = 4_000

class Watched<One> {
  all: One[] | null = $state.raw(null)
  readonly #ask: (signal?: AbortSignal) => Promise<One[]>

  constructor(ask: (signal?: AbortSignal) => Promise<One[]>) {
    this.#ask = ask
  }

  /** Ask from now on; returns what ends it. */
  watch(): () => void {
    const stop = new AbortController()
    const ask = () => void this.refresh(stop.signal)
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }

  /** Ask now. What was known stays when nobody answers; whoever saves something is told what is wrong. */
  async refresh(signal?: AbortSignal): Promise<void> {
    try {
      this.all = await this.#ask(signal)
    } catch {
      // See above.
    }
  }
}

export const members = new Watched<Member>(
  async (signal) => (await api.get<Members>('/api/staff', signal ? { signal } : {})).members,
)

export const phones = new Watched<PhoneShown>(
  async (signal) => (await api.get<PhonesShown>('/api/phones', signal ? { signal } : {})).phones,
)

export function memberOf(key: string): Member | null {
  return members.all?.find((one) => one.key === key) ?? null
}

export function phoneOf(key: string): PhoneShown | null {
  return phones.all?.find((one) => one.key === key) ?? null
}
