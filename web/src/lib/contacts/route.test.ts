import { expect, it } from 'vitest'
import type { ContactRecord, RecordingItem } from '../api/types.ts'
import { stops } from './route.ts'

const S = 1_000_000
const record = {
  arrived_at: 100 * S,
  closed_at: 160 * S,
  how: 'answered',
  end: 'answered',
  entrance: '+4930100',
  steps: [
    { at: 102 * S, flow: 'welcome', kind: 'menu', said: '1 Support' },
    { at: 125 * S, flow: 'welcome', kind: 'longer wait', said: 'fewer agents' },
    { at: 126 * S, flow: 'welcome', kind: 'rainbow', said: 'red' },
  ],
  visits: [
    {
      id: 'v1',
      queue_name: 'Support',
      entered_at: 103 * S,
      left_at: 110 * S,
      how: 'max wait',
      paused: 4 * S,
      went_on: 'longest pause',
    },
    { id: 'v2', queue_name: 'Orders', entered_at: 112 * S, left_at: 130 * S, how: 'answered', paused: 0 },
  ],
  offers: [
    {
      offer: 1,
      visit: 'v2',
      agent_name: 'Ann',
      made_at: 112 * S,
      ended_at: 120 * S,
      end: 'no answer',
      why: null,
    },
  ],
  engagements: [
    {
      id: 'e1',
      agent_name: 'Ben',
      opened_at: 130 * S,
      talk_ended_at: 160 * S,
      closed_at: 166 * S,
      ended_by: 'customer',
      holds: 2,
      wrap_up_time: 6 * S,
      wrap_up_end: 'limit',
      sound: { bad_time: 5 * S, loss: 0.1, jitter: 0.02, sides: ['caller'] },
    },
  ],
} as unknown as ContactRecord
const recording = { id: 'r1', started_at: 130 * S, seconds: 29.6 } as RecordingItem

it('is one list in the order of time, from arrival to the last wrap-up', () => {
  expect(stops(record, [recording], 999 * S).map(({ at, title }) => [at / S, title])).toEqual([
    [100, 'Arrived'],
    [102, 'Menu: 1 Support'],
    [103, 'Queue Support'],
    [110, 'Left the line: max wait'],
    [112, 'Queue Orders'],
    [112, 'Offered to Ann'],
    [125, 'Told of a longer wait: fewer agents'],
    [126, 'Rainbow: red'],
    [130, 'Ben answered'],
    [130, 'Recording began'],
    [160, 'The customer hung up'],
    [160, 'Ended: answered'],
    [166, 'Wrap-up of Ben ended'],
  ])
})

it('begins with the arrival, although a flow may have begun before that was registered', () => {
  const early = { ...record, steps: [{ at: 99 * S, flow: 'welcome', kind: 'hours', said: 'open' }] }
  expect(
    stops(early, [], 999 * S)
      .slice(0, 2)
      .map(({ title }) => title),
  ).toEqual(['Arrived', 'Opening hours: open'])
})

it('says how long each took, how a talk sounded and what ended it', () => {
  const said = Object.fromEntries(stops(record, [recording], 999 * S).map(({ key, lines }) => [key, lines]))
  expect(said['offer 1']).toEqual(['Rang 0:08'])
  expect(said['v2']).toEqual(['0:18 in line'])
  expect(said['v1']).toEqual([
    '0:03 in line',
    '0:04 paused, then its clock went on by itself: the longest pause was over',
  ])
  expect(said['e1 over']).toEqual([
    'After 0:30, on hold 2 times',
    'Bad sound for 0:05, of the caller: up to 10 % lost, 20 ms of jitter',
  ])
  expect(said['r1']).toEqual(['0:29 recorded'])
  expect(said['e1 closed']).toEqual(['After 0:06', 'Its time was over'])
})

it('has no end while the contact goes on', () => {
  const going = { ...record, closed_at: null, engagements: [] } as ContactRecord
  expect(stops(going, [], 999 * S).map(({ key }) => key)).not.toContain('closed')
})

it('tells of those who rang until a colleague answered in one stop', () => {
  const names = ['Ann', 'Ben', 'Cleo', 'Dora', 'Eve', 'Finn', 'Gus']
  const rang = names.map((agent_name, offer) => ({
    offer,
    visit: 'v2',
    agent_name,
    made_at: 112 * S,
    ended_at: 120 * S,
    end: agent_name === 'Cleo' ? 'accepted' : 'answered elsewhere',
    why: null,
  }))
  const all = stops({ ...record, offers: rang } as unknown as ContactRecord, [], 999 * S)
  expect(all.filter((one) => one.icon === 'bell').map(({ title, lines }) => [title, lines.at(-1)])).toEqual([
    ['Offered to Cleo', 'Rang 0:08'],
    ['Rang at 6 others as well', 'Ann, Ben, Dora, Eve, Finn and 1 more, until it was answered'],
  ])
})
