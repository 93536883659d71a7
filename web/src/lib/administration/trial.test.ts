import { expect, test } from 'vitest'
import { linesOf, rowName, sureText, valueText, type Slice } from './trial.ts'

test('figures have their unit, and an interval where there is one', () => {
  expect(valueText('service level', 0.842)).toBe('84 %')
  expect(valueText('asa', 12.4)).toBe('12 s')
  expect(valueText('offered', null)).toBe('–')
  expect(sureText('service level', { mean: 0.84, low: 0.8, high: 1.02 })).toBe('84 % (80 to 100)')
  expect(sureText('offered', { mean: 140, low: 140, high: 140 })).toBe('140')
  expect(sureText('asa', { mean: 5, low: null, high: null })).toBe('5 s')
  expect(sureText('asa', null)).toBe('–')
  expect(rowName('something new')).toBe('something new')
})

test('a line has a gap where nobody came', () => {
  const slice = (before: number | null): Slice => ({
    at: '09:00',
    offered: 1,
    real: null,
    before,
    after: null,
  })
  expect(linesOf([slice(1), slice(0.5), slice(null), slice(0)], 'before', 40, 10)).toEqual([
    '5.0,0.0 15.0,5.0',
    '35.0,10.0 35.0,10.0',
  ])
  expect(linesOf([slice(null)], 'before', 40, 10)).toEqual([])
})
