import { expect, test } from 'vitest'
import type { DifferenceRow, ReconciliationRow } from '../api/types.ts'
import { answeredWord, clockLine, differences, explanation, kindOf, KINDS, understood } from './words.ts'

const result: ReconciliationRow = {
  id: 'r1',
  name: 'October',
  client: 'Brand',
  by: 'Sue',
  made_at: 1,
  expires_at: 2,
  zone: 'UTC',
  tolerance: 30,
  longer: 5,
  lines: 9,
  compared: 8,
  calls: 8,
  matched: 7,
  offset: 0,
  pairs: 0,
  since: 1,
  until: 2,
  only_carrier: 0,
  only_us: 1,
  answered: 0,
  duration: 2,
  elsewhere: 3,
  unreadable: 4,
}

const row: DifferenceRow = {
  number: 1,
  at: 1,
  line: 1,
  caller: null,
  called: '100',
  duration: null,
  answered: null,
  call: '',
  contact: null,
  our_caller: null,
  our_at: null,
  our_duration: null,
  our_end: null,
  why: '',
  text: '',
}

test('the address names a kind; otherwise the first that has anything is shown', () => {
  expect(kindOf('duration', result).kind).toBe('duration')
  expect(kindOf(null, result).kind).toBe('only with us')
  expect(kindOf('nonsense', { ...result, only_us: 0, duration: 0, elsewhere: 0, unreadable: 0 }).kind).toBe(
    'only with the carrier',
  )
  expect(new Set(KINDS.map((one) => one.key)).size).toBe(6)
})

test('lines that were not compared are no differences', () => expect(differences(result)).toBe(3))

test('a call that one side lacks is explained, or said not to be', () => {
  expect(explanation('only with the carrier', row)).toMatch('Nothing that we know of')
  expect(explanation('only with the carrier', { ...row, why: 'not running' })).toMatch('not running')
  expect(explanation('not readable', { ...row, text: 'it names no called number' })).toBe(
    'it names no called number',
  )
  expect(explanation('duration', row)).toBe('')
})

test.each([
  [0, 0, 'Too few calls'],
  [300_000, 9, 'agrees with ours, found from 9 calls'],
  [3_700_000, 9, 'is 0:04 ahead of ours'],
  [-65_000_000, 9, 'is 1:05 behind ours'],
  [3_601_000_000, 9, 'Is the time zone'],
  [-1_800_000_000, 9, 'Is the time zone'],
])('a clock that is off by %d', (offset, pairs, text) => expect(clockLine(offset, pairs)).toMatch(text))

test('a clock that is a little off is no wrong time zone', () => {
  expect(clockLine(65_000_000, 9)).not.toMatch('time zone')
  expect(clockLine(1_000_000_000, 9)).not.toMatch('time zone')
})

test('a line is said in words', () => {
  const call = { starts: [1], caller: null, called: '100', duration: 65_000_000, answered: false, call: '' }
  expect(understood(call)).toBe('Number withheld to 100, 1:05, not answered')
  expect(understood({ ...call, caller: '+4930', duration: null, answered: null })).toBe('+4930 to 100')
  expect([true, false, null].map(answeredWord)).toEqual(['Answered', 'Not answered', '–'])
})
