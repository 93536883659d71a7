/** What a contact's record adds up to. */

import type { ContactRecord, EngagementRecord, Micros, OfferRecord } from '../api/types.ts'

export interface Part {
  name: string
  /** Null while it is not over. */
  time: Micros | null
}

/** The parts of an engagement's time, in the order they happen. */
export function parts(engagement: EngagementRecord): Part[] {
  return [
    { name: 'Ring', time: engagement.ring_time },
    { name: 'Talk', time: engagement.talk_time },
    { name: 'Hold', time: engagement.hold_time },
    { name: 'Wrap-up', time: engagement.wrap_up_time },
  ]
}

/** What the parts add up to; null while one of them is not over. */
export function whole(all: readonly Part[]): Micros | null {
  return all.reduce<Micros | null>((sum, { time }) => (sum === null || time === null ? null : sum + time), 0)
}

/** The offers of each visit, as made. */
export function offersOf(record: ContactRecord, visit: string): OfferRecord[] {
  return record.offers
    .filter((offer) => offer.visit === visit)
    .toSorted((one, other) => one.made_at - other.made_at)
}

/** Time in line over all visits; a visit that still goes on counts until now. */
export function timeInLine(record: ContactRecord, now: Micros): Micros {
  return record.visits.reduce((sum, visit) => sum + ((visit.left_at ?? now) - visit.entered_at), 0)
}

/** From arrival to the customer's end; a contact that still goes on counts until now. */
export function wholeTime(record: ContactRecord, now: Micros): Micros {
  return (record.closed_at ?? now) - record.arrived_at
}
