/** What differences are called, and what is said about them. */

import type { CarriersCall, DifferenceKind, DifferenceRow, Micros, ReconciliationRow } from '../api/types.ts'
import { span } from '../time/formats.ts'
import { caller } from '../words.ts'

export interface KindOf {
  kind: DifferenceKind
  /** Its place in the address, and where the result counts it. */
  key: 'only_carrier' | 'only_us' | 'answered' | 'duration' | 'elsewhere' | 'unreadable'
  title: string
  /** What it means, in a sentence. */
  means: string
}

/** In the order of the page: what may have cost a caller comes first. */
export const KINDS: readonly KindOf[] = [
  {
    kind: 'only with the carrier',
    key: 'only_carrier',
    title: 'Only with the carrier',
    means: 'The carrier lists these calls, and no contact is theirs.',
  },
  {
    kind: 'only with us',
    key: 'only_us',
    title: 'Only with us',
    means: 'These contacts are not in the carrier’s list.',
  },
  {
    kind: 'answered or not',
    key: 'answered',
    title: 'Answered or not',
    means: 'One says that the call was connected, the other that it was not.',
  },
  {
    kind: 'duration',
    key: 'duration',
    title: 'Duration',
    means: 'The lengths differ by more than was allowed.',
  },
  {
    kind: 'to other numbers',
    key: 'elsewhere',
    title: 'To other numbers',
    means: 'The called number is none of this client’s: these lines were not compared.',
  },
  {
    kind: 'not readable',
    key: 'unreadable',
    title: 'Not readable',
    means: 'These lines were not compared. Correct them in the list, or the columns, and compare it again.',
  },
]

/** The kind that an address names; the first that has anything otherwise. */
export function kindOf(key: string | null, result: ReconciliationRow): KindOf {
  const named = KINDS.find((one) => one.key === key)
  return named ?? KINDS.find((one) => result[one.key] > 0) ?? (KINDS[0] as KindOf)
}

const WHY: Record<string, string> = {
  'not running': 'The center was not running then.',
  counted: 'Callers were refused in that minute, at a limit, and only counted.',
  'given up': 'The carrier says itself that it was not answered: it may never have reached us.',
  refused: 'We refused it; some carriers leave such calls out.',
  cancelled: 'It was over within seconds; some carriers leave such calls out.',
  'another client': 'It is a number of another client.',
  'unknown number': 'It is no number of this center.',
}

/** What would explain that only one of the two has a call; empty where there is nothing to explain. */
export function explanation(kind: DifferenceKind, row: DifferenceRow): string {
  const open = kind === 'only with the carrier' || kind === 'only with us'
  return row.text || WHY[row.why] || (open ? 'Nothing that we know of explains it.' : '')
}

/** How far the carrier's clock is off, in a sentence. */
export function clockLine(offset: Micros, pairs: number): string {
  if (pairs === 0) return 'Too few calls agree to compare the clocks; they were taken to be equal.'
  const seconds = Math.round(Math.abs(offset) / 1_000_000)
  const by = `found from ${pairs.toLocaleString()} calls`
  if (seconds === 0) return `The carrier’s clock agrees with ours, ${by}.`
  const ahead = offset > 0 ? 'ahead of' : 'behind'
  const hour = seconds >= 1_700 && Math.abs(seconds - 1_800 * Math.round(seconds / 1_800)) < 120
  const zone = hour ? ' Is the time zone of the list right?' : ''
  return `The carrier’s clock is ${span(seconds * 1_000_000)} ${ahead} ours, ${by}; it was taken into account.${zone}`
}

/** Whether it was connected, as the carrier has it. */
export function answeredWord(answered: boolean | null): string {
  return answered === null ? '–' : answered ? 'Answered' : 'Not answered'
}

/** A line of a list as it is understood. */
export function understood(call: CarriersCall): string {
  const parts = [`${caller(call.caller)} to ${call.called}`]
  if (call.duration !== null) parts.push(span(call.duration))
  if (call.answered !== null) parts.push(call.answered ? 'answered' : 'not answered')
  return parts.join(', ')
}

/** How many differences a result has that somebody should look at. */
export function differences(row: ReconciliationRow): number {
  return row.only_carrier + row.only_us + row.answered + row.duration
}
