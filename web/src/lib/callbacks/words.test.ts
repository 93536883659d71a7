import { describe, expect, it } from 'vitest'
import type { CallbackRow } from '../api/types.ts'
import { attempts, callbackState, deskLine, fieldOf, hours, isOver, momentOf, nextLine } from './words.ts'

const NOW = Date.UTC(2026, 2, 2, 12) * 1000
const HOUR = 3_600_000_000
const row = (different: Partial<CallbackRow>): CallbackRow =>
  ({ state: 'waiting', not_before: NOW - HOUR, next_at: NOW - HOUR, since: NOW, ...different }) as CallbackRow

describe('call-backs in words', () => {
  it('says what happens next', () => {
    expect(nextLine(row({}), NOW)).toBe('As soon as it is its turn')
    expect(nextLine(row({ next_at: NOW + HOUR }), NOW)).toMatch(/^From .+/)
    expect(nextLine(row({ state: 'in line' }), NOW)).toBe('Waits for an agent')
    expect(nextLine(row({ state: 'calling' }), NOW)).toBe('The customer is called')
  })

  it('counts attempts', () => {
    expect(attempts({ attempts: 0, most_attempts: 3, outcome: null })).toBe('none yet')
    expect(attempts({ attempts: 1, most_attempts: 3, outcome: 'no answer' })).toBe('1 of 3, no answer')
    expect(attempts({ attempts: 2, most_attempts: null, outcome: 'talked' })).toBe('2')
  })

  it('knows what is over', () => {
    expect(isOver({ state: 'cancelled' })).toBe(true)
    expect(isOver({ state: 'calling' })).toBe(false)
    expect(callbackState('failed')).toEqual({ text: 'Failed', tone: 'bad' })
  })

  it('says on the desk why the customer is called', () => {
    const one = { asked_at: NOW, asked_by: null, attempt: 2, most_attempts: 3, note: '', calling: false }
    expect(deskLine(one, NOW)).toMatch(/^The customer asked at .+, attempt 2 of 3$/)
    expect(deskLine({ ...one, asked_by: 'Sue', most_attempts: null }, NOW)).toMatch(
      /^Entered by Sue at .+, attempt 2$/,
    )
  })

  it('writes hours and reads fields', () => {
    expect(hours({ first: 480, last: 1170, time_zone: 'Europe/Berlin' })).toBe('8:00 to 19:30, Europe/Berlin')
    expect(momentOf(fieldOf(NOW))).toBe(NOW)
    expect(momentOf('')).toBeNull()
  })
})
