import { expect, test } from 'vitest'
import { pauseLeft, pauseThen } from './pause.ts'

const MINUTE = 60_000_000

test('a pause that nothing ends has no time left to show', () => {
  expect(pauseLeft({ until: null, then: null }, 0)).toBeNull()
  expect(pauseThen({ then: null })).toBeNull()
})

test('a deadline of another state is not one of a pause', () => {
  expect(pauseLeft({ until: MINUTE, then: null }, 0)).toBeNull()
})

test('the time left counts down to nothing and its last second is one', () => {
  const pause = { until: 15 * MINUTE, then: 'signed out' } as const
  expect(pauseLeft(pause, 0)).toBe('15:00 left')
  expect(pauseLeft(pause, 15 * MINUTE - 1)).toBe('0:01 left')
  expect(pauseLeft(pause, 15 * MINUTE)).toBe('0:00 left')
  expect(pauseLeft(pause, 16 * MINUTE)).toBe('0:00 left')
})

test('what comes then is said in words', () => {
  expect(pauseThen({ then: 'signed out' })).toBe('then signed out')
  expect(pauseThen({ then: 'available' })).toBe('then available again')
  expect(pauseThen({ then: 'not responding' })).toBe('then not responding')
})
