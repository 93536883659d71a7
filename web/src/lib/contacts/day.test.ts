import { expect, it } from 'vitest'
import type { AgentDay } from '../api/types.ts'
import { nextDay, segments } from './day.ts'

const span = (state: string, since: number, until: number | null) => ({
  state,
  since,
  until,
  reason_name: null,
  contact: null,
  queue_name: null,
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

it('knows the next day', () => {
  expect(nextDay('2026-02-28', 1)).toBe('2026-03-01')
  expect(nextDay('2026-01-01', -1)).toBe('2025-12-31')
})
