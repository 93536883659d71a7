import { expect, test } from 'vitest'
import { Drafts } from './drafts.ts'

function drafts(): { kept: Map<string, string>; drafts: Drafts } {
  const kept = new Map<string, string>()
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  }
  return { kept, drafts: new Drafts(() => store) }
}

test('a draft is of its engagement alone, and gone when it was saved', () => {
  const { drafts: mine, kept } = drafts()
  mine.keep('e1', { disposition: 'solved', note: 'Cable' })
  expect(mine.of('e1')).toEqual({ disposition: 'solved', note: 'Cable' })
  expect(mine.of('e2')).toBeNull()
  mine.forget()
  expect([mine.of('e1'), kept.size]).toEqual([null, 0])
})

test.each(['7', '{"engagement": "e1", "note": 7}', '{'])('spoiled storage %j is no draft', (text) => {
  const { drafts: mine, kept } = drafts()
  kept.set('switchboard.draft', text)
  expect(mine.of('e1')).toBeNull()
})
