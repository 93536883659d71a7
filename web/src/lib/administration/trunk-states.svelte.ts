/** How trunks stand, asked every few seconds while somebody looks. */

import { api } from '../api/client.ts'
import type { TrunkStatus, TrunkStatuses } from '../api/types.ts'
import type { Word } from '../words.ts'

const EVERY_MS = 4_000

class TrunkStates {
  #states: Record<string, TrunkStatus | undefined> = $state.raw({})

  of(trunk: string): TrunkStatus | null {
    return this.#states[trunk] ?? null
  }

  /** Ask from now on; returns what ends it. */
  watch(): () => void {
    const stop = new AbortController()
    const ask = () => void this.#ask(stop.signal)
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      const { trunks } = await api.get<TrunkStatuses>('/api/trunks', { signal })
      this.#states = Object.fromEntries(trunks.map((one) => [one.key, one]))
    } catch {
      // What was known stays; whoever saves something is told what is wrong.
    }
  }
}

export const trunkStates = new TrunkStates()

/** A trunk's state in a word. */
export function trunkWord(state: TrunkStatus | null): Word {
  if (state === null) return { text: 'Not known yet', tone: 'plain' }
  if (state.registration === null) {
    return state.error ? { text: 'Not registered', tone: 'bad' } : { text: 'Waits for calls', tone: 'plain' }
  }
  const words: Record<typeof state.registration, Word> = {
    registered: { text: 'Registered', tone: 'ok' },
    trying: { text: 'Registering', tone: 'accent' },
    failed: { text: 'Not registered', tone: 'bad' },
    stopped: { text: 'Stopped', tone: 'plain' },
  }
  return words[state.registration]
}
