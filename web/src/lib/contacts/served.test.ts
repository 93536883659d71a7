import { expect, test } from 'vitest'
import type { CustomerRecord } from '../api/types.ts'
import { asked, fieldOf, left, servedOf } from './served.ts'

const RECORD = {
  personal_agent: 'p1',
  branch: null,
  priority: 0,
  needs: { german: 2 },
} as unknown as CustomerRecord
const BEFORE = servedOf(RECORD)

test('what is not changed is not asked for', () => {
  expect(asked(BEFORE, servedOf(RECORD))).toBeNull()
  expect(asked(BEFORE, { ...BEFORE, priority: ' 0 ' })).toBeNull()
  expect(asked(BEFORE, { ...BEFORE, needs: [...BEFORE.needs, { skill: '', level: '1' }] })).toBeNull()
})

test('what is changed goes with what was seen', () => {
  const now = { ...BEFORE, personal_agent: '', priority: '-20', needs: [{ skill: 'english', level: '3' }] }
  expect(asked(BEFORE, now)).toEqual({
    personal_agent: '',
    priority: -20,
    needs: { english: 3 },
    seen: { personal_agent: 'p1', priority: 0, needs: { german: 2 } },
  })
})

test('the order of rows is no change', () => {
  const two = [
    { skill: 'german', level: '2' },
    { skill: 'english', level: '1' },
  ]
  expect(asked({ ...BEFORE, needs: two }, { ...BEFORE, needs: [...two].reverse() })).toBeNull()
})

test('what is no number goes as it is, and comes back at its field', () => {
  expect(asked(BEFORE, { ...BEFORE, needs: [{ skill: 'german', level: 'much' }] })?.needs).toEqual({
    german: 'much',
  })
  expect([fieldOf('needs.german'), fieldOf('branch'), fieldOf(null), fieldOf('other')]).toEqual([
    'needs',
    'branch',
    null,
    null,
  ])
})

test('a skill is chosen once', () => {
  const skills = ['german', 'english'].map((key) => ({ key }))
  expect(left(skills, BEFORE.needs).map((one) => one.key)).toEqual(['english'])
  expect(left(skills, BEFORE.needs, 'german').map((one) => one.key)).toEqual(['german', 'english'])
})
