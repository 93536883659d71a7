import { expect, test } from 'vitest'
import type { RequirementChecked } from '../api/types.ts'
import { fitText } from './requirement.ts'

const NAMES = ['Anna', 'Boris', 'Cem', 'Dora', 'Eva', 'Finn', 'Gül', 'Hans']

function found(fitting: number, more: Partial<RequirementChecked> = {}): RequirementChecked {
  const agents = NAMES.slice(0, fitting).map((name) => ({ key: name, name, signed_in: false }))
  return { fault: null, position: null, agents, fitting, signed_in: 1, of: 10, ...more }
}

test('who fits is told by name, many of them by number', () => {
  expect(fitText(found(2))?.text).toBe('2 of 10 agents fit now, 1 signed in: Anna, Boris')
  expect(fitText(found(8))?.text).toContain('Finn and 2 more')
  expect(fitText(found(1, { signed_in: 0 }))?.text).toContain('nobody of them is signed in')
})

test('that nobody fits asks for attention; what cannot be read is told elsewhere', () => {
  expect(fitText(found(0))).toEqual({ text: 'None of 10 agents fits.', tone: 'warn' })
  expect(fitText(found(0, { of: 0 }))?.tone).toBe('warn')
  expect(fitText(found(0, { fault: "expected ')'", position: 3 }))).toBeNull()
})
