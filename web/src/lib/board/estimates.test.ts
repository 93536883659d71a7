import { expect, test } from 'vitest'
import { estimateWords } from './estimates.ts'

const right = {
  measured: 240,
  p50: 35_000_000,
  p90: 130_000_000,
  bias: 0.04,
  within: 0.812,
  kept: 0.95,
  gave_up: 12,
}

test('how right the estimates were is said in words', () => {
  expect(estimateWords(right)).toBe(
    'Estimated waits were right to within 35 s for half of the callers and 2:10 for nine of ten; ' +
      '81 % within the range, 95 % no longer than announced.',
  )
})

test('a bias is named when it matters', () => {
  expect(estimateWords({ ...right, bias: -0.25 })).toContain('On the whole 25 % too short.')
  expect(estimateWords({ ...right, bias: 0.25 })).toContain('On the whole 25 % too long.')
})

test('few calls say nothing yet, and none say nothing at all', () => {
  expect(estimateWords({ ...right, measured: 3 })).toBe('Estimated waits: too few calls to judge (3 so far).')
  expect(estimateWords(null)).toBeNull()
})
