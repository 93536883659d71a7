import { expect, test } from 'vitest'
import { deskAct } from './shortcuts.ts'

const press = (code: string, more = {}) => ({
  code,
  altKey: true,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  ...more,
})

test('Alt and the letter act', () => {
  expect(deskAct(press('KeyA'))).toBe('accept')
  expect(deskAct(press('KeyX'))).toBe('hang-up')
  expect(deskAct(press('KeyK'))).toBe('keys')
  expect(deskAct(press('KeyO'))).toBe('hand-over')
})

test('anything else types', () => {
  expect(deskAct(press('KeyA', { altKey: false }))).toBeNull()
  expect(deskAct(press('KeyA', { ctrlKey: true }))).toBeNull()
  expect(deskAct(press('KeyQ'))).toBeNull()
})

test('a key that is kept down acts once', () => expect(deskAct(press('KeyM', { repeat: true }))).toBeNull())
