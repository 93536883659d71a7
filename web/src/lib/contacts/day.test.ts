import { expect, it } from 'vitest'
import type { AgentDay } from '../api/types.ts'
import { nextDay, segments, signedIn, stateTimes } from './day.ts'

const span = (state: string, since: number, until: number | null) => ({
  state,
  since,
  until,
  reason_name: null,
  contact: null,
  queue_name: null,
  overran: false,
})

it('fills the bar from the first state to the last', () => {
  const day = {
    since: 0,
    until: 1000,
    server_now: 300,
    spans: [span('available', 100, 150), span('engaged', 150, null)],
  } as AgentDay
  expect(segments(day).map(({ start, share, tone }) => [start, share, tone])).toEqual([
    [0, 0.25, 'ok'],
    [0.25, 0.75, 'accent'],
  ])
})

it('adds up to the time between sign-in and sign-out, in the seconds it shows', () => {
  const at = (seconds: number) => seconds * 1_000_000
  const day = {
    spans: [
      span('available', at(1.9), at(3.8)),
      span('engaged', at(3.8), at(5.7)),
      span('available', at(5.7), at(7.6)),
      span('engaged', at(7.6), null),
    ],
  } as AgentDay
  expect(stateTimes(day, at(9.1)).map(({ state, time }) => [state, time])).toEqual([
    ['available', at(4)],
    ['engaged', at(4)],
  ])
  expect(signedIn(day, at(9.1))).toBe(at(8))
})

it('knows the next day', () => {
  expect(nextDay('2026-02-28', 1)).toBe('2026-03-01')
  expect(nextDay('2026-01-01', -1)).toBe('2025-12-31')
})
