import { expect, test } from 'vitest'
import { satisfactionText } from './satisfaction.ts'

test.each([
  [5, 'very content'],
  [4, 'content'],
  [3, 'neither content nor discontent'],
  [2, 'discontent'],
  [1, 'very discontent'],
])('%i of 1 to 5', (score, word) => {
  const share = (score - 1) / 4
  expect(satisfactionText({ score, lowest: 1, highest: 5, share })).toBe(`${score} of 1 to 5: ${word}`)
})
