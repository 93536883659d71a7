/** An agent's day as a bar. */

import type { AgentDay, AgentState, Micros } from '../api/types.ts'
import { between } from '../time/formats.ts'
import { agentState, type Tone } from '../words.ts'

export interface Segment {
  state: string
  tone: Tone
  since: Micros
  /** Where it begins and how much of the bar it takes, 0 to 1. The bar runs from the first state to the last. */
  start: number
  share: number
}

export function segments(day: AgentDay): Segment[] {
  const begin = day.spans[0]?.since ?? day.since
  const ends = day.spans.map((span) => span.until ?? day.server_now)
  const whole = Math.max(1, (ends.at(-1) ?? day.until) - begin)
  return day.spans.map((span, index) => ({
    state: span.state,
    tone: agentState(span.state as AgentState).tone,
    since: span.since,
    start: (span.since - begin) / whole,
    share: ((ends[index] ?? span.since) - span.since) / whole,
  }))
}

export interface StateTime {
  state: string
  reason_name: string | null
  time: Micros
}

/**
 * How long in which state, for a pause by its reason, in the order in which they first came. Counted from the
 * stretches that the page lists, in the seconds that it shows there, so that everything adds up.
 */
export function stateTimes(day: AgentDay, now: Micros): StateTime[] {
  const times = new Map<string, StateTime>()
  for (const { state, reason_name, since, until } of day.spans) {
    const key = `${state} ${reason_name ?? ''}`
    const known = times.get(key)
    const time = (known?.time ?? 0) + between(since, until ?? now)
    times.set(key, { state, reason_name, time })
  }
  return [...times.values()]
}

/** How long he was signed in: what his states add up to. */
export function signedIn(day: AgentDay, now: Micros): Micros {
  return stateTimes(day, now).reduce((sum, { time }) => sum + time, 0)
}

/** The date so many days later: `2026-02-28` and 1 is `2026-03-01`. */
export function nextDay(date: string, days: number): string {
  const moved = new Date(`${date}T12:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}
