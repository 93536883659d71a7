import { expect, test } from 'vitest'
import { countAndUnit, durationText, secondsOf } from './duration.ts'

test.each([
  ['20s', 20],
  ['1m30s', 90],
  ['2h', 7200],
  ['90d', 7_776_000],
  [45, 45],
  ['', null],
  ['soon', null],
  [undefined, null],
])('%s is %s seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds))

test.each([
  [600, { count: 10, unit: 'm' }],
  [90, { count: 90, unit: 's' }],
  [7200, { count: 2, unit: 'h' }],
  [0, { count: 0, unit: 's' }],
] as const)('%s seconds are %o', (seconds, parts) =>
  expect(countAndUnit(seconds, ['s', 'm', 'h'])).toEqual(parts),
)

test.each([
  [90, 's', '1m30s'],
  [2, 'h', '2h'],
  [0, 's', '0s'],
  [90, 'd', '90d'],
] as const)('%s %s is written %s', (count, unit, text) => expect(durationText(count, unit)).toBe(text))
