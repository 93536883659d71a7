import { expect, test } from 'vitest'
import { ChangedMeanwhile, SharedEdit } from './shared-edit.svelte.ts'

function scene(value = 'likes tea') {
  let there = value
  const edit = new SharedEdit(value, (wanted, seen) => {
    if (seen !== there) return Promise.reject(new ChangedMeanwhile(there))
    there = wanted
    return Promise.resolve()
  })
  return {
    edit,
    there: () => there,
    other: (text: string) => {
      there = text
    },
  }
}

test('what is typed is saved, once', async () => {
  const { edit, there } = scene()
  edit.mine = 'likes coffee '
  expect(edit.dirty).toBe(true)
  expect(await edit.save()).toBe(true)
  expect([there(), edit.dirty]).toEqual(['likes coffee', false])
})

test('what others write shows at once where nothing was typed', () => {
  const { edit } = scene()
  edit.heard('likes cake')
  expect([edit.mine, edit.dirty, edit.theirs]).toEqual(['likes cake', false, null])
})

test('and stands beside what was typed otherwise', () => {
  const { edit } = scene()
  edit.mine = 'likes coffee'
  edit.heard('likes cake')
  expect([edit.mine, edit.theirs]).toEqual(['likes coffee', 'likes cake'])
})

test('a refused save shows what it says now, and neither is lost until somebody decides', async () => {
  const { edit, there, other } = scene()
  edit.mine = 'likes coffee'
  other('likes cake')
  expect(await edit.save()).toBe(false)
  expect([edit.theirs, there()]).toEqual(['likes cake', 'likes cake'])
  expect(await edit.save()).toBe(false)
  expect(await edit.keepMine()).toBe(true)
  expect(there()).toBe('likes coffee')
})

test('theirs can be taken instead', async () => {
  const { edit, there, other } = scene()
  edit.mine = 'likes coffee'
  other('likes cake')
  await edit.save()
  edit.takeTheirs()
  expect([edit.mine, edit.dirty, edit.theirs, there()]).toEqual(['likes cake', false, null, 'likes cake'])
})

test('two who wrote the same agree', () => {
  const { edit } = scene()
  edit.mine = 'likes coffee'
  edit.heard('likes coffee')
  expect([edit.dirty, edit.theirs]).toEqual([false, null])
})

test('any other refusal is told and nothing is taken for saved', async () => {
  const edit = new SharedEdit('', () => Promise.reject(new Error('too long')))
  edit.mine = 'x'
  await expect(edit.save()).rejects.toThrow('too long')
  expect([edit.dirty, edit.busy]).toEqual([true, false])
})
