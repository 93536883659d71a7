import { expect, test } from 'vitest'
import { expectedText, measuredText, satisfactionText } from './outcomes.ts'

test('what a version brings is told as seconds saved, with how sure it is', () => {
  expect(expectedText({ expected: 21.4 })).toBe('21 s saved')
  expect(expectedText({ expected: null })).toBe('–')
  const counted = { compared: 800, held_out: 90, compared_hours: 40, held_out_hours: 4 }
  const cost = { mean: -18, half: 9 }
  expect(measuredText({ ...counted, cost })).toBe('18 s saved (9 to 27): 40 hours against 4, 890 calls')
  expect(measuredText({ ...counted, cost: { mean: 4, half: 6 } })).toBe(
    '4 s lost (-10 to 2): 40 hours against 4, 890 calls',
  )
  expect(measuredText({ ...counted, cost, compared_hours: 0, held_out_hours: 0 })).toBe(
    '18 s saved (9 to 27), overstated: 90 single calls',
  )
  expect(measuredText({ ...counted, cost: null })).toBe('Not enough hours yet')
})

test.each([
  [0, null, 'Nobody answered'],
  [1, null, '1 answer'],
  [143, { mean: 0.04, half: 0.03 }, '143 answers; 4 points more (1 to 7)'],
  [143, { mean: -0.04, half: 0.06 }, '143 answers; 4 points less (-2 to 10)'],
  [143, { mean: 0.04, half: null }, '143 answers; 4 points more'],
])('%i answers', (answers, satisfaction, text) => {
  expect(satisfactionText({ answers, satisfaction })).toBe(text)
})
