/** Times as people read them. Moments and spans are epoch microseconds, as everywhere in the API. */

import type { Micros } from '../api/types.ts'

const SECOND = 1_000_000

/** A span as `m:ss` or `h:mm:ss`; a negative one counts as none, because clocks differ by a little. */
export function span(micros: Micros): string {
  const total = Math.max(0, Math.floor(micros / SECOND))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = String(total % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/**
 * Whole seconds between two moments as clocks show them, so that stretches that follow each other add up to
 * the whole and agree with the times beside them.
 */
export function between(since: Micros, until: Micros): Micros {
  return (Math.floor(until / SECOND) - Math.floor(since / SECOND)) * SECOND
}

/** A span in words for screen readers: `4 minutes 12 seconds`. */
export function spanInWords(micros: Micros): string {
  const total = Math.max(0, Math.floor(micros / SECOND))
  const parts: [number, string][] = [
    [Math.floor(total / 3600), 'hour'],
    [Math.floor((total % 3600) / 60), 'minute'],
    [total % 60, 'second'],
  ]
  const spoken = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return spoken.join(' ') || '0 seconds'
}

/** Whole seconds until `deadline`, rounded up so that the last second is shown as 1; never below 0. */
export function secondsLeft(deadline: Micros, now: Micros): number {
  return Math.max(0, Math.ceil((deadline - now) / SECOND))
}

/** How much of the span from `start` to `deadline` is still to come, 1 to 0. */
export function shareLeft(start: Micros, deadline: Micros, now: Micros): number {
  if (deadline <= start) return 0
  return Math.min(1, Math.max(0, (deadline - now) / (deadline - start)))
}

// Day and month as the reader's language has them; the day has 24 hours, so that columns of times align.
const MINUTE = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const TIME = new Intl.DateTimeFormat(undefined, { ...MINUTE, second: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, {
  ...MINUTE,
  weekday: 'short',
  day: 'numeric',
  month: 'short',
})
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

export function timeOfDay(at: Micros): string {
  return TIME.format(at / 1000)
}

/** Today's times to the second; other days' with their day, to the minute. */
export function dayAndTime(at: Micros, now: Micros): string {
  const same = new Date(at / 1000).toDateString() === new Date(now / 1000).toDateString()
  return same ? timeOfDay(at) : DAY.format(at / 1000)
}

export function date(at: Micros): string {
  return DATE.format(at / 1000)
}

export function fullMoment(at: Micros): string {
  return `${date(at)}, ${timeOfDay(at)}`
}
