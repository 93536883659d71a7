/** The words of call-backs, and the times of their forms. */

import type { CallbackQueue, CallbackRow, CallbackState, DeskCallback, Micros } from '../api/types.ts'
import { dayAndTime } from '../time/formats.ts'
import { capital, type Tone, type Word } from '../words.ts'

const TONES: Partial<Record<CallbackState, Tone>> = {
  'in line': 'accent',
  calling: 'accent',
  done: 'ok',
  settled: 'ok',
  failed: 'bad',
  expired: 'warn',
}

/** What can be chosen in the list, the open ones first. */
export const STATES = [
  'asked',
  'waiting',
  'in line',
  'calling',
  'done',
  'settled',
  'cancelled',
  'failed',
  'expired',
] as const

const OVER: readonly CallbackState[] = ['done', 'settled', 'cancelled', 'failed', 'expired']

export function callbackState(state: CallbackState): Word {
  return { text: capital(state), tone: TONES[state] ?? 'plain' }
}

export function isOver(one: Pick<CallbackRow, 'state'>): boolean {
  return OVER.includes(one.state)
}

/** What happens next, or how it ended, in one line. */
export function nextLine(one: CallbackRow, now: Micros): string {
  if (one.state === 'calling') return 'The customer is called'
  if (one.state === 'in line') return 'Waits for an agent'
  if (one.state === 'asked') return 'The customer is still on the line'
  if (isOver(one)) return dayAndTime(one.since, now)
  const at = Math.max(one.not_before, one.next_at)
  return at > now ? `From ${dayAndTime(at, now)}` : 'As soon as it is its turn'
}

/** `1 of 3, no answer`. */
export function attempts(one: Pick<CallbackRow, 'attempts' | 'most_attempts' | 'outcome'>): string {
  if (one.attempts === 0) return 'none yet'
  const count = one.most_attempts === null ? String(one.attempts) : `${one.attempts} of ${one.most_attempts}`
  return one.outcome === null || one.outcome === 'talked' ? count : `${count}, ${one.outcome}`
}

/** What a desk says of the call-back that rings there: `The customer asked at 10:12, attempt 2 of 3`. */
export function deskLine(one: DeskCallback, now: Micros): string {
  const who = one.asked_by === null ? 'The customer asked' : `Entered by ${one.asked_by}`
  const most = one.most_attempts === null ? '' : ` of ${one.most_attempts}`
  return `${who} at ${dayAndTime(one.asked_at, now)}, attempt ${one.attempt}${most}`
}

/** The hours in which a queue calls its customers: `8:00 to 20:00, Europe/Berlin`. */
export function hours(queue: Pick<CallbackQueue, 'first' | 'last' | 'time_zone'>): string {
  return `${clock(queue.first)} to ${clock(queue.last)}, ${queue.time_zone}`
}

function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** A moment as a field for day and time has it, by the reader's clock: `2026-03-29T14:05`. */
export function fieldOf(at: Micros): string {
  const day = new Date(at / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
  return `${date}T${two(day.getHours())}:${two(day.getMinutes())}`
}

/** The moment that such a field names; null when it is empty. */
export function momentOf(field: string): Micros | null {
  const at = new Date(field).getTime()
  return Number.isNaN(at) ? null : at * 1000
}
