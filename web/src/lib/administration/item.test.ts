import { expect, test } from 'vitest'
import { cleaned, differences, keyOf, sameItem, shown, valueAt, withValue } from './item.ts'

test('values are found and changed by path without touching the original', () => {
  const item = { register: { user_name: 'a' }, dispositions: [{ key: 'x' }, { key: 'y' }] }
  expect(valueAt(item, 'register.user_name')).toBe('a')
  expect(valueAt(item, 'register.nothing.more')).toBeUndefined()
  expect(withValue(item, 'dispositions.1.key', 'z')).toEqual({
    ...item,
    dispositions: [{ key: 'x' }, { key: 'z' }],
  })
  expect(withValue({}, 'agent.queues', ['a'])).toEqual({ agent: { queues: ['a'] } })
  expect(item.dispositions[1]).toEqual({ key: 'y' })
})

test('an empty field and an absent one are the same', () => {
  expect(cleaned({ key: 'a', max_wait: '', requires: {}, digest: { user_name: '' }, on: false })).toEqual({
    key: 'a',
    on: false,
  })
  expect(sameItem({ key: 'a', name: 'A' }, { name: 'A', key: 'a', requires: {} })).toBe(true)
  expect(sameItem({ on: false }, {})).toBe(false)
})

test('a difference names each field with both values', () => {
  const before = { key: 'a', ring_time: '20s', requires: { english: 2 } }
  expect(differences(before, { key: 'a', ring_time: '25s', when_nobody: 'stay' })).toEqual([
    { name: 'ring_time', before: '20s', after: '25s' },
    { name: 'when_nobody', before: 'nothing', after: 'stay' },
    { name: 'requires', before: 'english 2', after: 'nothing' },
  ])
})

test('a mapping is shown by its name, and otherwise by all that is in it', () => {
  expect(shown([{ key: 'solved', name: 'Solved' }])).toBe('Solved')
  expect(shown({ key: '1', due_in: '4h' })).toBe('key 1, due in 4h')
})

test('secrets are never shown', () => {
  expect(shown({ new: 'hunter2' })).toBe('a new secret')
  expect(shown({ user_name: 'x', password: { env: 'NAME' } })).toBe('user name x, password a secret')
})

test.each([
  ['Sales & Service', 'sales-service'],
  ['  Zürich Büro ', 'zurich-buro'],
  ['+++', ''],
])('the key of %s', (name, key) => expect(keyOf(name)).toBe(key))
