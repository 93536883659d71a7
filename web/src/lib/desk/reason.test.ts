import { expect, test } from 'vitest'
import type { DeskAgent } from '../api/types.ts'
import { nextName, reasonName } from './reason.ts'

const choices = [
  { state: 'available', reason: null, name: 'Available' },
  { state: 'paused', reason: 'break', name: 'Break' },
] as const

test('a reason has the name of its choice, or its key when it is gone', () => {
  expect(reasonName(choices, 'paused', 'break')).toBe('Break')
  expect(reasonName(choices, 'paused', 'training')).toBe('training')
  expect(reasonName(choices, 'available', null)).toBeNull()
})

test.each([
  [{ next_state: null, next_reason: null }, null],
  [{ next_state: 'paused', next_reason: 'break' }, 'Break'],
  [{ next_state: 'paused', next_reason: null }, 'Paused'],
  [{ next_state: 'signed out', next_reason: null }, 'Signed out'],
] as const)('the wish %j is named %j', (wish, name) => {
  expect(nextName({ agent: wish as unknown as DeskAgent, states: [...choices] })).toBe(name)
})
