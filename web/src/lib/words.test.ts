import { describe, expect, test } from 'vitest'
import type { AgentState } from './api/types.ts'
import { STATE_ORDER, agentState, earlierCount, ending, exclusions, initials, whyLine } from './words.ts'

const why = {
  strategy: 'longest idle',
  score: 312,
  others: 2,
  excluded: {},
  waited: 0,
  ringing: 1,
  outcome: null,
  because: '',
  helps: false,
  asks: [] as string[],
}
const BEST = {
  strategy: 'best expected outcome',
  outcome: {
    version: 12,
    group: 'best',
    better_by: 41.3,
    handling: 239e6,
    resolution: null,
    satisfaction: null,
    count: 3,
  },
}

test('every agent state has a word and a place in the order', () => {
  const words = STATE_ORDER.map((state) => agentState(state).text)
  expect(new Set(words).size).toBe(8)
})

test('a state this page does not know shows its own word', () => {
  expect(agentState('on the moon' as AgentState)).toEqual({ text: 'On the moon', tone: 'plain' })
})

describe('why an offer came', () => {
  test.each([
    [why, 'You were idle longest (5 min); chosen before 2 others.'],
    [{ ...why, score: 12.4, others: 1 }, 'You were idle longest (12 s); chosen before 1 other.'],
    [{ ...why, others: 5 }, 'You were idle longest (5 min); chosen before 5 or more others.'],
    [{ ...why, score: 9000, others: 0 }, 'You were idle longest (2.5 h); nobody else was free.'],
    [
      { ...why, because: 'Preferred: he talked to this customer last', others: 0 },
      'Preferred: he talked to this customer last; nobody else was free.',
    ],
    [{ ...why, strategy: 'most skilled', others: 0 }, 'Most skilled; nobody else was free.'],
    [
      { ...why, strategy: 'most skilled', others: 0, asks: ['German 4', 'priority 20'] },
      'Most skilled; nobody else was free. As set for this customer: German 4, priority 20.',
    ],
    [{ ...why, ...BEST }, 'Best expected outcome, 41 s less than with the next; version 12.'],
    [
      { ...why, ...BEST, outcome: { ...BEST.outcome, group: 'held out' } },
      'Idle longest, as in this whole hour, to have something to compare with; version 12.',
    ],
    [
      { ...why, ...BEST, outcome: { ...BEST.outcome, group: 'exploring' } },
      'Little is known here yet (calls: 3), so one more; version 12.',
    ],
    [
      { ...why, strategy: BEST.strategy },
      'Nothing is learned of this queue yet: idle longest (5 min); chosen before 2 others.',
    ],
  ])('%#', (given, line) => expect(whyLine(given)).toBe(line))

  test('a call that rings at several says so', () => {
    expect(whyLine({ ...why, strategy: 'ring all', others: 0, ringing: 12 })).toBe(
      'Rings at 12 agents: whoever answers first has it.',
    )
  })

  test('those left out are counted by reason', () => {
    expect(exclusions({ ...why, excluded: { engaged: 3, paused: 1, 'wrap-up': 0 } })).toBe(
      '3 engaged, 1 paused',
    )
    expect(exclusions(why)).toBe('')
  })
})

test('ends are told apart', () => {
  expect(ending(null).text).toBe('In progress')
  expect(ending('accepted')).toEqual({ text: 'Accepted', tone: 'ok' })
  expect(ending('no answer')).toEqual({ text: 'No answer', tone: 'bad' })
  expect(ending('caller left')).toEqual({ text: 'Caller left', tone: 'warn' })
  expect(ending('withdrawn')).toEqual({ text: 'Withdrawn', tone: 'plain' })
})

test('initials', () => {
  expect(initials('Ada Lovelace')).toBe('AL')
  expect(initials('Ada')).toBe('A')
  expect(initials('  ')).toBe('')
})

test.each([
  [0, 'first contact'],
  [1, '1 earlier contact'],
  [4, '4 earlier contacts'],
  [5, '5 or more earlier contacts'],
])('%d before: %s', (earlier, text) => expect(earlierCount(earlier)).toBe(text))
