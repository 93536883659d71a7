import { describe, expect, test } from 'vitest'
import { columns, moved, named, outline, placeOf } from './waveform.ts'

describe('columns', () => {
  test('keep the loudest of each stretch', () => {
    expect(columns([1, 9, 2, 3, 0, 7], 3)).toEqual([9, 3, 7])
  })
  test('are what there is when that is little', () => {
    expect(columns([4, 5], 10)).toEqual([4, 5])
    expect(columns([], 10)).toEqual([])
    expect(columns([1, 2], 0)).toEqual([])
  })
  test('cover everything, whatever the ratio', () => {
    const levels = Array.from({ length: 1003 }, (_, at) => (at === 1002 ? 88 : 1))
    expect(columns(levels, 600)).toHaveLength(600)
    expect(columns(levels, 600).at(-1)).toBe(88)
  })
})

test('an outline has one bar for each column, mirrored about the middle', () => {
  expect(outline([100, 0])).toBe('M0.15 0h.7v100h-.7zM1.15 49h.7v2h-.7z')
})

test('a pointer is somewhere in the recording, never beside it', () => {
  expect(placeOf(150, 100, 200, 60)).toBe(15)
  expect(placeOf(50, 100, 200, 60)).toBe(0)
  expect(placeOf(500, 100, 200, 60)).toBe(60)
  expect(placeOf(1, 0, 0, 60)).toBe(0)
})

test('keys move by 5 and 30 seconds and stop at the ends', () => {
  expect(moved('ArrowRight', 10, 60)).toBe(15)
  expect(moved('ArrowLeft', 2, 60)).toBe(0)
  expect(moved('PageUp', 50, 60)).toBe(60)
  expect(moved('Home', 50, 60)).toBe(0)
  expect(moved('End', 1, 60)).toBe(60)
  expect(moved('a', 1, 60)).toBeNull()
})

test('gaps shorter than a second are not listed', () => {
  const gaps = [
    { begin: 0, end: 0.4, why: 'on hold' as const },
    { begin: 2, end: 9, why: 'paused' as const },
  ]
  expect(named(gaps)).toEqual([gaps[1]])
})
