import { expect, it } from 'vitest'
import { drawn } from './window.ts'

it('draws what is on the screen and a little around it', () => {
  expect(drawn(1000, 36, 200, 720)).toEqual({ first: 0, end: 40 })
  expect(drawn(1000, 36, -3600, 720)).toEqual({ first: 80, end: 140 })
  expect(drawn(10, 36, 0, 720)).toEqual({ first: 0, end: 10 })
  expect(drawn(0, 36, 0, 720)).toEqual({ first: 0, end: 0 })
  expect(drawn(5, 36, -9999, 720)).toEqual({ first: 4, end: 5 })
})
