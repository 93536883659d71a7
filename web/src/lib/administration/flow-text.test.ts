import { expect, test } from 'vitest'
import { branchText, firstText, stepDetails, stepText } from './flow-text.ts'

test('a new flow names what there is', () => {
  expect(firstText('brand', 'support')).toContain('queue: support')
})

test.each([
  [{ kind: 'say', fields: { text: 'Hello' }, says: ['Hello'] }, 'Says', ''],
  [
    { kind: 'enqueue', fields: { queue: 'support', priority: 5 }, says: [] },
    'Puts in the queue support',
    'priority 5',
  ],
  [{ kind: 'hangup', fields: {}, says: [] }, 'Hangs up', ''],
  [{ kind: 'dance', fields: { tempo: 3 }, says: [] }, 'dance', 'tempo 3'],
])('a step in words', (step, text, details) => {
  expect(stepText(step)).toBe(text)
  expect(stepDetails(step)).toBe(details)
})

test.each([
  ['nobody', 'When nobody is signed in'],
  ['keys.1', 'On key 1'],
  ['keys[#]', 'On key #'],
  ['1', 'On key 1'],
  ['something_else', 'something else'],
])('the branch %s', (branch, text) => expect(branchText(branch)).toBe(text))
