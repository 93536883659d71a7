import { expect, test } from 'vitest'
import type { ContactRecord, EngagementRecord, OfferRecord } from '../api/types.ts'
import { offersOf, parts, timeInLine, whole, wholeTime } from './totals.ts'

const offer = (id: number, visit: string, made_at: number) => ({ offer: id, visit, made_at }) as OfferRecord
const record = {
  arrived_at: 100,
  closed_at: null,
  visits: [
    { id: 'v1', entered_at: 110, left_at: 150 },
    { id: 'v2', entered_at: 160, left_at: null },
  ],
  offers: [offer(2, 'v1', 130), offer(3, 'v2', 170), offer(1, 'v1', 120)],
} as ContactRecord

test('what still goes on counts until now', () => {
  expect(timeInLine(record, 200)).toBe(80)
  expect(wholeTime(record, 200)).toBe(100)
  expect(wholeTime({ ...record, closed_at: 180 }, 200)).toBe(80)
})

test('an engagement adds up once all of it is over', () => {
  const times = { ring_time: 1, talk_time: 20, hold_time: 300, wrap_up_time: 4000 } as EngagementRecord
  expect(whole(parts(times))).toBe(4321)
  expect(whole(parts({ ...times, wrap_up_time: null }))).toBeNull()
})

test('each visit has its own offers, in order', () => {
  expect(offersOf(record, 'v1').map(({ offer }) => offer)).toEqual([1, 2])
})
