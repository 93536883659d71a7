import { expect, test } from 'vitest'
import { spansOf, weekText } from './week.ts'

test.each([
  ['9:00-12:00, 13:00 - 17:00', ['09:00-12:00', '13:00-17:00']],
  ['09:00–17:00', ['09:00-17:00']],
  ['', []],
  ['soon', ['soon']],
])('%s', (text, spans) => expect(spansOf(text)).toEqual(spans))

test('days with the same hours stand together', () => {
  const day = ['09:00-17:00']
  expect(
    weekText({ monday: day, tuesday: day, wednesday: day, saturday: ['10:00-12:00', '13:00-14:00'] }),
  ).toBe('Mon-Wed 09:00-17:00, Sat 10:00-12:00 and 13:00-14:00')
  expect(weekText({})).toBe('closed')
  expect(weekText(undefined)).toBe('closed')
})
