/** What a contact's record adds up to, in whole seconds that add up on the page as well. */

import type { ContactRecord, EngagementRecord, Micros } from '../api/types.ts'
import { between } from '../time/formats.ts'

export interface Part {
  name: string
  /** Null while it is not over. */
  time: Micros | null
}

/** The parts of an engagement's time, in the order they happen. */
export function parts(engagement: EngagementRecord): Part[] {
  const all = [
    { name: 'Ring', time: engagement.ring_time },
    { name: 'Talk', time: engagement.talk_time },
    { name: 'Hold', time: engagement.hold_time },
    { name: 'Wrap-up', time: engagement.wrap_up_time },
  ]
  return inSeconds(all, engagement.opened_at - engagement.ring_time)
}

/** What a contact's whole time went into; empty while it goes on. */
export function contactParts(record: ContactRecord): Part[] {
  return inSeconds(record.parts, record.arrived_at)
}

/**
 * Times one after the other from `begin` on, each in whole seconds: they add up to the whole as the clock shows
 * it, which each rounded by itself would not.
 */
export function inSeconds(all: readonly Part[], begin: Micros): Part[] {
  let at = begin
  return all.map(({ name, time }) => {
    if (time === null) return { name, time }
    const since = at
    at += time
    return { name, time: between(since, at) }
  })
}

/** What the parts add up to; null while one of them is not over. */
export function whole(all: readonly Part[]): Micros | null {
  return all.reduce<Micros | null>((sum, { time }) => (sum === null || time === null ? null : sum + time), 0)
}

/** From arrival to the customer's end; a contact that still goes on counts until now. */
export function wholeTime(record: Pick<ContactRecord, 'arrived_at' | 'closed_at'>, now: Micros): Micros {
  return between(record.arrived_at, record.closed_at ?? now)
}
