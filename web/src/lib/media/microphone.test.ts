import { expect, test } from 'vitest'
import { meterShare } from './microphone.ts'

const level = (value: number) => new Float32Array(64).fill(value)

test('the meter spans -60 to 0 dB', () => {
  expect(meterShare(level(0))).toBe(0)
  expect(meterShare(level(0.001))).toBeCloseTo(0)
  expect(meterShare(level(0.0316))).toBeCloseTo(0.5, 2)
  expect(meterShare(level(1))).toBe(1)
  expect(meterShare(new Float32Array(0))).toBe(0)
})
