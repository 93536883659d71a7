import { expect, test } from 'vitest'
import type { ContactRecord, EngagementRecord } from '../api/types.ts'
import { contactParts, parts, whole, wholeTime } from './totals.ts'

const S = 1_000_000

test('what still goes on counts until now', () => {
  expect(wholeTime({ arrived_at: 100 * S, closed_at: null }, 200 * S)).toBe(100 * S)
  expect(wholeTime({ arrived_at: 100 * S, closed_at: 180 * S }, 200 * S)).toBe(80 * S)
})

test('an engagement adds up once all of it is over', () => {
  const times = {
    opened_at: 10 * S,
    ring_time: S,
    talk_time: 20 * S,
    hold_time: 3 * S,
    wrap_up_time: 4 * S,
  } as EngagementRecord
  expect(whole(parts(times))).toBe(28 * S)
  expect(whole(parts({ ...times, wrap_up_time: null }))).toBeNull()
})

test('parts that end in the middle of seconds add up to the time between the clock times shown', () => {
  const record = {
    arrived_at: 100.6 * S,
    closed_at: 104.4 * S,
    parts: [
      { name: 'before the line', time: 0.9 * S },
      { name: 'in line', time: 0.9 * S },
      { name: 'talk', time: 2 * S },
    ],
  } as ContactRecord
  const shown = contactParts(record)
  expect(shown.map(({ time }) => (time ?? 0) / S)).toEqual([1, 1, 2])
  expect(whole(shown)).toBe(wholeTime(record, 0))
})
