import { expect, test } from 'vitest'
import { expectedText, measuredText } from './outcomes.ts'

test('what a version brings is told as seconds saved, with how sure it is', () => {
  expect(expectedText({ expected: 21.4 })).toBe('21 s saved')
  expect(expectedText({ expected: null })).toBe('–')
  const counted = { compared: 800, held_out: 90 }
  expect(measuredText({ ...counted, cost: { mean: -18, half: 9 } })).toBe(
    '18 s saved (9 to 27), 800 calls against 90',
  )
  expect(measuredText({ ...counted, cost: { mean: 4, half: 6 } })).toBe(
    '4 s lost (-10 to 2), 800 calls against 90',
  )
  expect(measuredText({ compared: 0, held_out: 0, cost: null })).toBe('Not enough calls yet')
})
