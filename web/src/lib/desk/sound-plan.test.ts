import { describe, expect, test } from 'vitest'
import type { DeskEngagement, DeskOffer, DeskState, EngagementState, Reach } from '../api/types.ts'
import { noticeOf, soundPlan } from './sound-plan.ts'

function desk(has: { offer?: number; engagement?: EngagementState; reach?: Reach }): DeskState {
  return {
    agent: { reach: has.reach ?? 'browser' },
    offer: has.offer === undefined ? null : ({ offer: has.offer } as DeskOffer),
    engagement: has.engagement === undefined ? null : ({ state: has.engagement } as DeskEngagement),
  } as DeskState
}
const here = { mine: true, answering: null }
const none = { ring: false, leg: { of: 'none' } }
const call = { ring: false, leg: { of: 'call' } }

test('an offer rings and gets its leg ready', () => {
  expect(soundPlan(desk({ offer: 7 }), here)).toEqual({ ring: true, leg: { of: 'offer', offer: 7 } })
})

test('an offer that is being answered no longer rings', () => {
  expect(soundPlan(desk({ offer: 7 }), { mine: true, answering: 7 }).ring).toBe(false)
  expect(soundPlan(desk({ offer: 8 }), { mine: true, answering: 7 }).ring).toBe(true)
})

test('the accepted leg survives until the engagement is told', () => {
  expect(soundPlan(desk({}), { mine: true, answering: 7 })).toEqual(call)
})

describe('silence', () => {
  test('without anything to do', () => expect(soundPlan(desk({}), here)).toEqual(none))
  test('before the first snapshot', () => expect(soundPlan(null, here)).toEqual(none))
  test('in the tab that does not own the sound', () =>
    expect(soundPlan(desk({ offer: 7 }), { mine: false, answering: null })).toEqual(none))
  test('where the phone on the table rings', () =>
    expect(soundPlan(desk({ offer: 7, reach: 'phone' }), here)).toEqual(none))
  test('in wrap-up', () => expect(soundPlan(desk({ engagement: 'wrap-up' }), here)).toEqual(none))
})

test.each(['talking', 'held'] as const)('the leg stays while %s', (state) => {
  expect(soundPlan(desk({ engagement: state }), here)).toEqual(call)
})

test('an offer during wrap-up rings as any other', () => {
  expect(soundPlan(desk({ engagement: 'wrap-up', offer: 9 }), here)).toEqual({
    ring: true,
    leg: { of: 'offer', offer: 9 },
  })
})

test('a ringing call is told with its queue and who it is, until it is being answered', () => {
  const rings = desk({ offer: 7 })
  Object.assign(rings.offer ?? {}, { fence: 2, queue_name: 'Support', client_name: 'Acme', number: '+4930' })
  expect(noticeOf(rings, null)).toEqual({
    key: 'offer 7.2',
    title: 'Call for Support',
    body: '+4930 · Acme',
  })
  expect(noticeOf(rings, 7)).toBeNull()
  expect(noticeOf(desk({}), null)).toBeNull()
})
