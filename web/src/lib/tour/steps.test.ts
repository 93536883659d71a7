import { describe, expect, it } from 'vitest'
import { beside, remember, seen, tourOf } from './steps.ts'

describe('tourOf', () => {
  it('has a tour for the pages people start on, and none for others', () => {
    for (const page of ['desk', 'board', 'administration']) {
      expect(tourOf(page, () => true).length).toBeGreaterThan(1)
    }
    expect(tourOf('contacts', () => true)).toEqual([])
  })

  it('leaves out what is not on the page', () => {
    const anchors = tourOf('desk', (anchor) => anchor === 'state').map((step) => step.anchor)
    expect(anchors).toEqual(['state', null])
  })
})

describe('beside', () => {
  const card = { width: 300, height: 150 }
  const view = { width: 1000, height: 700 }

  it('stands below, else above, else at the lower edge', () => {
    expect(beside({ left: 100, top: 50, width: 80, height: 30 }, card, view)).toEqual({ left: 100, top: 94 })
    expect(beside({ left: 100, top: 600, width: 80, height: 60 }, card, view)).toEqual({
      left: 100,
      top: 436,
    })
    expect(beside({ left: 0, top: 60, width: 900, height: 600 }, card, view)).toEqual({ left: 12, top: 538 })
  })

  it('never leaves the view', () => {
    expect(beside({ left: 950, top: 50, width: 40, height: 30 }, card, view).left).toBe(688)
  })

  it('stands in the middle for a step without a place', () => {
    expect(beside(null, card, view)).toEqual({ left: 350, top: 275 })
  })
})

it('is remembered per person and page', () => {
  const kept = new Map<string, string>()
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) }
  remember(storage, 'anna', 'desk')
  expect(seen(storage, 'anna', 'desk')).toBe(true)
  expect(seen(storage, 'anna', 'board')).toBe(false)
  expect(seen(storage, 'boris', 'desk')).toBe(false)
})
