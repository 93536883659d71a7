/** What ring and leg shall do for a state of the desk: a pure rule, so that every case can be tested. */

import type { DeskState } from '../api/types.ts'
import { caller } from '../words.ts'
import type { Told } from '../media/offer-notice.svelte.ts'

export interface SoundPlan {
  ring: boolean
  /** The leg that must exist: of this offer, of the call that is open, or none. */
  leg: { of: 'offer'; offer: number } | { of: 'call' } | { of: 'none' }
}

export interface Situation {
  /** Whether this tab owns ring and call. */
  mine: boolean
  /** The offer that the agent is answering right now; its ring has been heard. */
  answering: number | null
}

const SILENT: SoundPlan = { ring: false, leg: { of: 'none' } }

export function soundPlan(desk: DeskState | null, { mine, answering }: Situation): SoundPlan {
  if (!mine || desk === null || desk.agent.reach !== 'browser') return SILENT
  const { engagement, offer } = desk
  if (engagement !== null && engagement.state !== 'wrap-up') return { ring: false, leg: { of: 'call' } }
  if (offer === null) {
    // Between accepting and the first word of the engagement, the leg is already the call's.
    return answering === null ? SILENT : { ring: false, leg: { of: 'call' } }
  }
  return { ring: offer.offer !== answering, leg: { of: 'offer', offer: offer.offer } }
}

/** What is told of a ringing call outside of the page; null when nothing rings or it is being answered. */
export function noticeOf({ offer }: DeskState, answering: number | null): Told | null {
  if (offer === null || offer.offer === answering) return null
  const who = offer.customer_name ?? caller(offer.number)
  return {
    key: `offer ${offer.offer}.${offer.fence}`,
    title: `Call for ${offer.queue_name}`,
    body: `${who} · ${offer.client_name}`,
  }
}
