import { expect, test } from 'vitest'
import { ringSamples } from './ring.svelte.ts'

test('the ring is gentle: no clipping, and it loops from silence into silence', () => {
  const samples = ringSamples()
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  expect(peak).toBeGreaterThan(0.2)
  expect(peak).toBeLessThan(0.8)
  expect(samples[0]).toBe(0)
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(1e-3)
})
