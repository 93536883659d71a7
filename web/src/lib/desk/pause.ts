/** A pause that ends by itself: how long it still lasts and what comes then, in words. */

import type { AgentState, Micros } from '../api/types.ts'
import { span } from '../time/formats.ts'

const THEN: Partial<Record<AgentState, string>> = {
  available: 'available again',
  'not responding': 'not responding',
  'signed out': 'signed out',
}

export interface Ends {
  until: Micros | null
  then: AgentState | null
}

/** `8:12 left`; null when nothing ends this state by itself. The last second is shown as one. */
export function pauseLeft({ until, then }: Ends, now: Micros): string | null {
  if (until === null || then === null) return null
  return `${span(until - now + 999_999)} left`
}

/** What comes when the pause is over: `then signed out`; null when nothing ends it. */
export function pauseThen({ then }: Pick<Ends, 'then'>): string | null {
  return then === null ? null : `then ${THEN[then] ?? then}`
}
