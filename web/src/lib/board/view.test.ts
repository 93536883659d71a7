import { describe, expect, test } from 'vitest'
import type { BoardAgent, BoardQueue } from '../api/types.ts'
import { shownAgents, shownQueues, sums, visibleRows } from './view.ts'

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
  reachable: true,
  queue,
  contact: null,
  team: null,
  queues: [],
  troubles: [],
})
const queue = (name: string, waiting: number, longest_since: number | null, client = 'Acme'): BoardQueue => ({
  id: name,
  name,
  client,
  client_id: client,
  waiting,
  longest_since,
  offered: 0,
  signed_in: 1,
  available: 0,
})

const nothing = { figures: [], filter: { client: null, queue: null, team: null }, server_now: 100 }

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
  expect(shownQueues(rows, null).map(({ client, name }) => client + name)).toEqual(['AcmeA', 'AcmeB', 'ZedB'])
  expect(shownQueues(rows, 'Zed')).toHaveLength(1)
})

test('only rows near the visible part are drawn', () => {
  expect(visibleRows(1000, 36, 0, 360)).toEqual({ first: 0, end: 18 })
  expect(visibleRows(1000, 36, 3600, 360)).toEqual({ first: 92, end: 118 })
  expect(visibleRows(5, 36, 0, 360)).toEqual({ first: 0, end: 5 })
})
