import { describe, expect, test } from 'vitest'
import type {
  Board,
  BoardAgent,
  BoardChange,
  BoardFigures,
  BoardQueue,
  Changes,
  DeskState,
  Snapshot,
} from '../api/types.ts'
import { NOTHING_KNOWN, reduce, type Known } from './reduce.ts'

const desk: DeskState = {
  agent: {
    id: 'a1',
    name: 'Ada',
    state: 'available',
    reason: null,
    since: 1,
    until: null,
    next_state: null,
    next_reason: null,
    then: null,
    reach: 'browser',
    helps: [],
    reachable: true,
  },
  states: [],
  offer: null,
  engagement: null,
  also: [],
  taken_offer: 0,
  server_now: 10,
}
const none = { warn: null, alarm: null }
const agent = (id: string, state: BoardAgent['state'] = 'available'): BoardAgent => ({
  id,
  name: id,
  state,
  reason: null,
  since: 1,
  longest: null,
  until: null,
  then: null,
  reachable: true,
  queue: null,
  contact: null,
  team: null,
  queues: ['q1'],
  helps: [],
  troubles: [],
})
const queue = (id: string, waiting: number): BoardQueue => ({
  id,
  name: id,
  client: 'c',
  client_id: 'k1',
  waiting,
  paused: 0,
  due: [],
  longest_since: null,
  offered: 0,
  signed_in: 1,
  available: 1,
  relief: [],
  targets: { level: 80, waiting: none, longest_wait: none, service_level: none },
})
const figures = (id: string, answered: number): BoardFigures => ({
  id,
  since: 0,
  until: 86_400_000_000,
  offered: answered,
  answered,
  abandoned: 0,
  other: 0,
  full: 0,
  overflowed_out: 0,
  overflowed_in: 0,
  handled: 0,
  transferred: 0,
  transfer_rate: null,
  service_level: null,
  formula: 'service level, offered/1',
  formula_text: 'of all',
  threshold: 20_000_000,
  asa: null,
  aht: null,
  longest_wait: 0,
  estimates: null,
})
const board: Board = {
  queues: [queue('q1', 0)],
  agents: [agent('a1'), agent('a2')],
  figures: [figures('whole', 0)],
  filter: { client: null, queue: null, team: null, days: 'today' },
  stuck: [],
  server_now: 10,
}

const deskSnapshot: Snapshot = { type: 'snapshot', topic: 'desk', seq: 4, state: desk }
const boardSnapshot: Snapshot = { type: 'snapshot', topic: 'board', seq: 7, state: board }

function known(...frames: Parameters<typeof reduce>[1][]): Known {
  return frames.reduce<Known>((so_far, frame) => {
    const next = reduce(so_far, frame)
    if ('gap' in next) throw new Error(`gap in ${next.gap}`)
    return next
  }, NOTHING_KNOWN)
}

describe('the desk', () => {
  test('each part is replaced by itself, and time moves on', () => {
    const after = known(deskSnapshot, {
      type: 'change',
      topic: 'desk',
      seq: 5,
      server_now: 20,
      changes: [{ part: 'agent', value: { ...desk.agent, state: 'paused', reason: 'break' } }],
    })
    expect(after.desk?.state).toEqual({
      ...desk,
      agent: { ...desk.agent, state: 'paused', reason: 'break' },
      server_now: 20,
    })
    expect(desk.agent.state).toBe('available')
  })

  test('the topics do not touch each other', () => {
    const after = known(deskSnapshot, boardSnapshot)
    expect(after.desk?.seq).toBe(4)
    expect(after.board?.seq).toBe(7)
  })
})

describe('the board', () => {
  const change = (seq: number, ...changes: BoardChange[]) =>
    ({ type: 'change', topic: 'board', seq, server_now: 20, changes }) satisfies Changes

  test('rows are replaced, added and removed by their id', () => {
    const after = known(
      boardSnapshot,
      change(8, { part: 'agents', id: 'a2', row: agent('a2', 'engaged') }),
      change(9, { part: 'agents', id: 'a3', row: agent('a3') }, { part: 'agents', id: 'a1', row: null }),
      change(10, { part: 'queues', id: 'q1', row: queue('q1', 3) }),
    )
    expect(after.board?.state.agents.map(({ id, state }) => [id, state])).toEqual([
      ['a2', 'engaged'],
      ['a3', 'available'],
    ])
    expect(after.board?.state.queues[0]?.waiting).toBe(3)
  })

  test('removing what is not there changes nothing', () => {
    const after = known(boardSnapshot, change(8, { part: 'agents', id: 'nobody', row: null }))
    expect(after.board?.state.agents).toEqual(board.agents)
  })
})

describe('a gap', () => {
  const late: Changes = { type: 'change', topic: 'desk', seq: 6, server_now: 20, changes: [] }
  test('is a missed frame', () => expect(reduce(known(deskSnapshot), late)).toEqual({ gap: 'desk' }))
  test('is a change before its snapshot', () => expect(reduce(NOTHING_KNOWN, late)).toEqual({ gap: 'desk' }))
  test('is mended by a fresh snapshot', () => {
    const fresh: Snapshot = { ...deskSnapshot, seq: 6 }
    expect(known(deskSnapshot, fresh).desk?.seq).toBe(6)
  })
})
