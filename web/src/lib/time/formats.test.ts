import { describe, expect, test } from 'vitest'
import { secondsLeft, shareLeft, span, spanInWords } from './formats.ts'

const S = 1_000_000

describe('span', () => {
  test.each([
    [0, '0:00'],
    [7 * S, '0:07'],
    [59.999 * S, '0:59'],
    [60 * S, '1:00'],
    [3599 * S, '59:59'],
    [3600 * S, '1:00:00'],
    [36_012 * S, '10:00:12'],
    [-3 * S, '0:00'],
  ])('%d is %s', (micros, text) => expect(span(micros)).toBe(text))
})

test('a span in words leaves out what is zero', () => {
  expect(spanInWords(61 * S)).toBe('1 minute 1 second')
  expect(spanInWords(7200 * S)).toBe('2 hours')
  expect(spanInWords(0)).toBe('0 seconds')
})

test('a countdown shows 1 until its last moment and never goes below 0', () => {
  expect(secondsLeft(20 * S, 0)).toBe(20)
  expect(secondsLeft(20 * S, 19.999 * S)).toBe(1)
  expect(secondsLeft(20 * S, 20 * S)).toBe(0)
  expect(secondsLeft(20 * S, 25 * S)).toBe(0)
})

test('the share left runs from 1 to 0 and stays within', () => {
  expect(shareLeft(0, 20 * S, 0)).toBe(1)
  expect(shareLeft(0, 20 * S, 5 * S)).toBe(0.75)
  expect(shareLeft(0, 20 * S, 30 * S)).toBe(0)
  expect(shareLeft(0, 20 * S, -5 * S)).toBe(1)
  expect(shareLeft(5, 5, 5)).toBe(0)
})
