import { expect, test } from 'vitest'
import { steadyTimers, type Counter } from './steady-timers.ts'

function scene() {
  const asked: { timer: number; ms: number | null }[] = []
  const counter: Counter = { onmessage: null, onerror: null, postMessage: (one) => asked.push(one) }
  const fallen: number[] = []
  const later = steadyTimers(counter, (_, ms) => {
    fallen.push(ms)
    return () => {}
  })
  return { asked, counter, fallen, later }
}

test('what is due runs once', () => {
  const { asked, counter, later } = scene()
  let ran = 0
  later(() => ran++, 500)
  expect(asked).toEqual([{ timer: 1, ms: 500 }])
  counter.onmessage?.({ data: 1 })
  counter.onmessage?.({ data: 1 })
  expect(ran).toBe(1)
})

test('what was called off does not run, even when the worker was quicker', () => {
  const { asked, counter, later } = scene()
  let ran = 0
  later(() => ran++, 500)()
  counter.onmessage?.({ data: 1 })
  expect([ran, asked.at(-1)]).toEqual([0, { timer: 1, ms: null }])
})

test('a worker that breaks hands everything to the page', () => {
  const { counter, fallen, later } = scene()
  later(() => {}, 500)
  counter.onerror?.()
  later(() => {}, 700)
  expect(fallen).toEqual([500, 700])
})
