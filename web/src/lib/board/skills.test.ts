import { expect, test } from 'vitest'
import { asked, changes, levelsOf } from './skills.ts'

const skills = [
  { key: 'english', name: 'English', level: 3 },
  { key: 'french', name: 'French', level: null },
]

test('a field holds the level, or nothing where the skill is not had', () => {
  expect(levelsOf(skills)).toEqual({ english: '3', french: '' })
})

test('an empty field takes the skill away, and what is no number is for the server to refuse', () => {
  expect(asked({ english: ' ', french: '2' })).toEqual({ french: 2 })
  expect(asked({ english: '2.5' })).toEqual({ english: '2.5' })
})

test('only what differs has changed', () => {
  expect(changes(skills, levelsOf(skills))).toEqual([])
  expect(changes(skills, { english: '3 ', french: '1' })).toEqual(['french'])
})
