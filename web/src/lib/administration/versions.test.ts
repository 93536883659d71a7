import { expect, test } from 'vitest'
import type { ConfigurationVersion, ItemChange } from '../api/types.ts'
import { headline } from './versions.ts'

function change(key: string, ...fields: string[]): ItemChange {
  const differ = fields.map((name) => ({ name, before: 1, after: 2 }))
  const what = fields.length > 0 ? 'changed' : 'created'
  return { section: 'queues', kind: 'queue', key, what, fields: differ }
}

function version(...changes: ItemChange[]): ConfigurationVersion {
  return { version: 4, at: 0, by: 'p1', by_name: 'Amy', back_to: null, changes, more: 0 }
}

test('a version names what it changed, many things by number', () => {
  expect(headline(version(change('support', 'wrap_up', 'agent.tiers')), false)).toBe(
    'queue support: wrap up, agent · tiers',
  )
  const five = ['a', 'b', 'c', 'd', 'e'].map((key) => change(key))
  expect(headline(version(...five), false)).toBe(
    'queue a: created · queue b: created · queue c: created · and 2 more',
  )
})

test('of one thing only what changed is told, and that it went back', () => {
  expect(headline({ ...version(change('support', 'strategy')), back_to: 2 }, true)).toBe(
    'back to version 2 · strategy',
  )
})
