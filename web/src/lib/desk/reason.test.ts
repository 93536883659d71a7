import { expect, test } from 'vitest'
import { reasonName } from './reason.ts'

const choices = [
  { state: 'available', reason: null, name: 'Available' },
  { state: 'paused', reason: 'break', name: 'Break' },
] as const

test('a reason has the name of its choice, or its key when it is gone', () => {
  expect(reasonName(choices, 'paused', 'break')).toBe('Break')
  expect(reasonName(choices, 'paused', 'training')).toBe('training')
  expect(reasonName(choices, 'available', null)).toBeNull()
})
