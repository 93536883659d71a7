import { expect, test } from 'vitest'
import type { LineTrouble } from '../api/types.ts'
import { figures, marked, said } from './troubles.ts'

const trouble = (kind: LineTrouble['kind'], more: Partial<LineTrouble> = {}): LineTrouble => ({
  kind,
  side: 'agent',
  since: 0,
  loss: null,
  jitter: null,
  ...more,
})

test('figures are whole, and nothing is said of what was not measured', () => {
  expect(figures({ loss: 0.124, jitter: 0.0831 })).toBe('12 % lost, 83 ms jitter')
  expect(figures({ loss: 0.001, jitter: null })).toBe('1 % lost')
  expect(figures({ loss: null, jitter: null })).toBe('')
})

test('bad sound says on whose side it is', () => {
  expect(said(trouble('bad sound', { loss: 0.1 })).what).toBe('Your sound is bad.')
  expect(said(trouble('bad sound', { side: 'caller', jitter: 0.1 }))).toEqual({
    what: "The caller's sound is bad.",
    then: '100 ms jitter at the worst.',
  })
})

test('the board marks the most serious of several', () => {
  expect(marked([])).toBeNull()
  expect(marked([trouble('bad sound'), trouble('no sound')])).toBe('no sound')
  expect(marked([trouble('bad sound', { side: 'caller' })])).toBe('caller: bad sound')
})
