import { describe, expect, test } from 'vitest'
import type { BoardAgent, BoardFigures, BoardQueue } from '../api/types.ts'
import {
  byClient,
  commonLimits,
  commonTarget,
  contactsPath,
  deferred,
  entrancePath,
  EVERYTHING,
  level,
  type Look,
  lookOf,
  MOST_DUE,
  overdue,
  pathOf,
  percent,
  queueLevels,
  shownAgents,
  summary,
  sums,
  urgent,
  visibleRows,
} from './view.ts'

const none = { warn: null, alarm: null }
const agent = (
  name: string,
  state: BoardAgent['state'],
  since = 0,
  queue: string | null = null,
): BoardAgent => ({
  id: name,
  name,
  state,
  reason: null,
  since,
  longest: null,
  until: null,
  then: null,
  reachable: true,
  queue,
  contact: null,
  team: null,
  queues: [],
  helps: [],
  troubles: [],
})
const queue = (name: string, waiting: number, longest_since: number | null, client = 'Acme'): BoardQueue => ({
  id: name,
  name,
  client,
  client_id: client,
  waiting,
  paused: 0,
  due: [],
  longest_since,
  offered: 0,
  signed_in: 1,
  available: 0,
  relief: [],
  targets: { level: 80, waiting: none, longest_wait: none, service_level: none },
})

const nothing = { stuck: [], figures: [], filter: EVERYTHING, server_now: 100 }

describe('work that may wait', () => {
  test('is overdue by the clock of the page, and paused apart', () => {
    const row = { ...queue('Mail', 3, 1), due: [10, 20, 30], paused: 1 }
    expect(deferred(row, 10)).toEqual({ overdue: '', paused: '1 paused' })
    expect(deferred(row, 21)).toEqual({ overdue: '2 overdue', paused: '1 paused' })
    expect(deferred({ due: Array<number>(MOST_DUE).fill(1), paused: 0 }, 2)).toEqual({
      overdue: '50 or more overdue',
      paused: '',
    })
  })
})

describe('sums', () => {
  test('count over queues and states', () => {
    const found = sums({
      queues: [queue('Sales', 2, 50), queue('Support', 3, 20), queue('Empty', 0, null)],
      agents: [agent('a', 'available'), agent('b', 'engaged'), agent('c', 'signed out')],
      ...nothing,
    })
    expect(found).toMatchObject({ waiting: 5, longest_since: 20, longest_queue: 'Support', signed_in: 2 })
    expect(found.states).toMatchObject({ available: 1, engaged: 1, 'signed out': 1, paused: 0 })
  })

  test('somebody who waits where nobody is available is stuck, though others are', () => {
    const served = { ...queue('Sales', 1, 50), offered: 1 }
    const agents = [agent('a', 'available')]
    const stuck = (queues: BoardQueue[]) => sums({ queues, agents, ...nothing }).stuck
    expect(stuck([served, queue('Empty', 0, null)])).toBe(false)
    expect(stuck([served, { ...queue('Support', 2, 20), available: 1 }])).toBe(false)
    expect(stuck([served, queue('Support', 2, 20)])).toBe(true)
  })

  test('an empty line has no longest wait', () => {
    const found = sums({ queues: [queue('Sales', 0, null)], agents: [], ...nothing })
    expect(found).toMatchObject({ waiting: 0, longest_since: null, longest_queue: null })
  })
})

describe('agents', () => {
  const all = [
    agent('Zoe', 'available', 5),
    agent('Ada', 'available', 9),
    agent('Bob', 'not responding', 50),
    agent('Cem', 'engaged', 1, 'Billing'),
    agent('Dee', 'signed out'),
  ]
  const names = (filter: Parameters<typeof shownAgents>[1]) =>
    shownAgents(all, filter).map(({ name }) => name)

  test('trouble stands first, then the longest in a state', () => {
    expect(names({ text: '', state: null })).toEqual(['Bob', 'Cem', 'Zoe', 'Ada'])
  })
  test('by state', () => expect(names({ text: '', state: 'signed out' })).toEqual(['Dee']))
  test('by name or queue', () => {
    expect(names({ text: ' ZO ', state: null })).toEqual(['Zoe'])
    expect(names({ text: 'bill', state: null })).toEqual(['Cem'])
  })
})

test('queues stand by client and name', () => {
  const rows = [queue('B', 0, null, 'Zed'), queue('B', 0, null), queue('A', 0, null)]
  const found = byClient(rows).map(({ name, queues }) => [name, queues.map((one) => one.name)])
  expect(found).toEqual([
    ['Acme', ['A', 'B']],
    ['Zed', ['B']],
  ])
})

const figures = (id: string, more: Partial<BoardFigures> = {}): BoardFigures => ({
  id,
  since: 100,
  until: 200,
  offered: 3,
  answered: 2,
  abandoned: 1,
  other: 0,
  full: 0,
  overflowed_out: 0,
  overflowed_in: 0,
  handled: 0,
  transferred: 0,
  transfer_rate: null,
  service_level: 0.66,
  formula: 'service level, offered/1',
  formula_text: 'of all',
  threshold: 20,
  asa: 5,
  aht: 6,
  longest_wait: 7,
  estimates: null,
  ...more,
})

describe('levels', () => {
  const limits = { warn: 3, alarm: 6 }
  test.each([
    [0, 'calm'],
    [2, 'calm'],
    [3, 'warn'],
    [5, 'warn'],
    [6, 'alarm'],
    [null, 'calm'],
  ])('%s rising is %s', (value, expected) => expect(level(value, limits)).toBe(expected))
  test.each([
    [81, 'calm'],
    [80, 'calm'],
    [79.9, 'warn'],
    [59, 'alarm'],
    [null, 'calm'],
  ])('%s falling is %s', (value, expected) =>
    expect(level(value, { warn: 80, alarm: 60 }, true)).toBe(expected),
  )
  test('without limits all is calm', () => expect(level(1000, none)).toBe('calm'))
  test('a queue is as bad as the worst of its figures', () => {
    const targets = { level: 80, waiting: limits, longest_wait: none, service_level: { warn: 80, alarm: 60 } }
    const busy = { ...queue('q', 4, 0), targets }
    expect(queueLevels(busy, figures('q', { service_level: 0.5 }), 100)).toEqual({
      waiting: 'warn',
      longest: 'calm',
      service: 'alarm',
      worst: 'alarm',
    })
    expect(queueLevels(busy, undefined, 100).worst).toBe('warn')
    const calm = { ...queue('calm', 9, 0), targets: { ...targets, waiting: none } }
    const rows = [calm, busy].map((one) => ({ queue: one, levels: queueLevels(one, undefined, 0) }))
    expect(urgent(rows).map((row) => row.queue.name)).toEqual(['q', 'calm'])
  })
  test('a pause is overdue when it is longer than its reason allows', () => {
    const paused = { ...agent('a', 'paused', 10), longest: 100 }
    expect(overdue(paused, 110)).toBe(false)
    expect(overdue(paused, 111)).toBe(true)
    expect(overdue({ ...paused, longest: null }, 1e9)).toBe(false)
  })
})

describe('the look', () => {
  test('stands in the address and comes back', () => {
    expect(pathOf({ filter: EVERYTHING, wall: false })).toBe('/board')
    const look: Look = { filter: { ...EVERYTHING, client: 'k1', team: 't 1' }, wall: true }
    expect(pathOf(look)).toBe('/board?client=k1&team=t+1&wall=1')
    expect(lookOf('?client=k1&team=t+1&wall=1')).toEqual(look)
    expect(lookOf('?client=&wall=0')).toEqual({ filter: EVERYTHING, wall: false })
  })
  test('decides which figures stand above', () => {
    const board = {
      queues: [],
      agents: [],
      stuck: [],
      server_now: 1,
      figures: [figures('whole'), figures('q1')],
    }
    expect(summary({ ...board, filter: EVERYTHING })?.id).toBe('whole')
    expect(summary({ ...board, filter: { ...EVERYTHING, client: 'k1', queue: 'q1' } })?.id).toBe('q1')
  })
})

test('a count opens into its contacts, of its place and its day', () => {
  const queues = [queue('q1', 0, null)]
  const path = (id: string, filter = EVERYTHING) => contactsPath(figures(id), filter, 'answered', queues)
  expect(path('whole')).toBe('/contacts?visit=answered&from=100&to=200')
  expect(path('q1')).toBe('/contacts?visit=answered&queue=q1&from=100&to=200')
  expect(path('k1', { ...EVERYTHING, team: 't' })).toBe(
    '/contacts?visit=answered&client=k1&team=t&from=100&to=200',
  )
  expect(contactsPath(figures('whole', { since: null }), EVERYTHING, 'other', queues)).toBeNull()
})

test('percents have one place after the point, and nothing to measure is a dash', () => {
  expect([0, 0.8731, 1, null].map(percent)).toEqual(['0 %', '87.3 %', '100 %', '–'])
})

test('a target that all queues share is named', () => {
  const one = queue('a', 0, null)
  expect(commonTarget([one, one])).toBe(80)
  expect(commonTarget([one, { ...one, targets: { ...one.targets, level: 90 } }])).toBeNull()
  expect(commonLimits([one, one])).toEqual(none)
  const strict = { ...one.targets, service_level: { warn: 90, alarm: null } }
  expect(commonLimits([one, { ...one, targets: strict }])).toBeNull()
  expect(commonLimits([])).toBeNull()
})

test('only rows near the visible part are drawn', () => {
  expect(visibleRows(1000, 36, 0, 360)).toEqual({ first: 0, end: 18 })
  expect(visibleRows(1000, 36, 3600, 360)).toEqual({ first: 92, end: 118 })
  expect(visibleRows(5, 36, 0, 360)).toEqual({ first: 0, end: 5 })
})

test('a number opens the contacts that came in on it, and those that came to one end', () => {
  const of = {
    entrance: '+49301',
    client: 'Acme',
    client_id: 'k1',
    since: 1,
    until: 2,
    arrived: 3,
    going_on: 0,
    ends: [],
  }
  expect(entrancePath(of, null)).toBe('/contacts?client=k1&entrance=%2B49301&from=1&to=2')
  expect(entrancePath(of, 'out of hours')).toBe(
    '/contacts?client=k1&entrance=%2B49301&end=out+of+hours&from=1&to=2',
  )
  expect(entrancePath({ ...of, entrance: null }, null)).toBeNull()
})

test('the days stand in the address, and what is none is today', () => {
  const look: Look = { filter: { ...EVERYTHING, days: 'week' }, wall: false }
  expect(pathOf(look)).toBe('/board?days=week')
  expect(lookOf('?days=week')).toEqual(look)
  expect(lookOf('?days=month').filter.days).toBe('today')
})
