/** What sticks, named. Pure. */

import type { StuckThing } from '../api/types.ts'

/** Who or what it is, and why it counts as stuck. */
export function stuckTitle(one: StuckThing): string {
  switch (one.kind) {
    case 'agent':
      return `${one.name ?? 'An agent'} is stuck: ${one.why}`
    case 'deadline':
      return `Something is overdue: ${one.why}`
    case 'pair':
      return `A call ${one.why}`
    default:
      return `A call is stuck: ${one.why}`
  }
}
