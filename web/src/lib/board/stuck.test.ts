import { expect, test } from 'vitest'
import type { StuckThing } from '../api/types.ts'
import { stuckTitle } from './stuck.ts'

const plain: StuckThing = {
  id: 'x',
  kind: 'agent',
  name: 'Ada',
  contact: null,
  why: 'wrap-up, but with nobody',
  since: 1,
  owner: 'he himself',
  advice: 'Restart.',
}

test.each([
  [{}, 'Ada is stuck: wrap-up, but with nobody'],
  [{ name: null }, 'An agent is stuck: wrap-up, but with nobody'],
  [{ kind: 'contact', why: 'talks, but with nobody' }, 'A call is stuck: talks, but with nobody'],
  [{ kind: 'pair', why: 'waits beside an idle agent' }, 'A call waits beside an idle agent'],
  [{ kind: 'deadline', why: 'a deadline passed (delay)' }, 'Something is overdue: a deadline passed (delay)'],
])('what sticks is named', (different, title) => {
  expect(stuckTitle({ ...plain, ...different })).toBe(title)
})
