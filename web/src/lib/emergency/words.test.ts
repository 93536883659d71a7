import { expect, test } from 'vitest'
import { forWhom, numbersOf, whatIsSaid } from './words.ts'

test.each([
  [null, 'all numbers'],
  [['100'], '100'],
  [['100', '101'], '100 and 101'],
  [['100', '101', '102', '103', '104'], '100, 101, 102 and 2 more'],
])('%j are %s', (numbers, text) => expect(forWhom(numbers)).toBe(text))

test('what is said is quoted, a sound is named', () => {
  expect(whatIsSaid({ text: 'Fire.', sound: null })).toBe('“Fire.”')
  expect(whatIsSaid({ text: null, sound: 'alarm' })).toBe('the sound alarm')
})

test('numbers are read as people type them', () => {
  expect(numbersOf('+49 (30) 123-4\n100, 100\n')).toEqual(['+49301234', '100'])
})
