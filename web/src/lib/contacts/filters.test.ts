import { describe, expect, it } from 'vitest'
import type { ListedItem } from '../api/types.ts'
import { addressOf, beginOf, countOf, dayOf, dispositionsOf, filtersOf, queryOf, typed } from './filters.ts'

const NONE = filtersOf('')

describe('filters', () => {
  it('come from the address and go back into it', () => {
    const query = 'client=c1&queue=q1&visit=abandoned&from=1000000&to=2000000'
    expect(queryOf(filtersOf(`?${query}`)).toString()).toBe(query)
    expect(addressOf(NONE)).toBe('/contacts')
  })

  it('leave out what makes no sense', () => {
    expect(filtersOf('?from=yesterday&colour=red&queue=+')).toEqual(NONE)
  })

  it('count a span of time once', () => {
    expect(countOf(NONE)).toBe(0)
    expect(countOf(filtersOf('?end=answered&from=1&to=2'))).toBe(2)
  })

  it.each([
    ['+49 30 123', { number: '+49 30 123', name: null }],
    ['3456', { number: '3456', name: null }],
    ['Müller', { number: null, name: 'Müller' }],
    ['Unit 7', { number: null, name: 'Unit 7' }],
    ['  ', { number: null, name: null }],
  ])('take %j for what it is', (text, expected) => expect(typed(text)).toEqual(expected))

  it('offer the dispositions of the chosen queue, and the chosen one even when nobody has it any more', () => {
    const queues = [
      { id: 'q1', dispositions: [{ key: 'solved', name: 'Solved' }] },
      {
        id: 'q2',
        dispositions: [
          { key: 'solved', name: 'Done' },
          { key: 'open', name: 'Open' },
        ],
      },
    ] as ListedItem[]
    expect(dispositionsOf(queues, NONE).map(({ name }) => name)).toEqual(['Solved', 'Open'])
    expect(dispositionsOf(queues, filtersOf('?queue=q1')).map(({ key }) => key)).toEqual(['solved'])
    expect(dispositionsOf(queues, filtersOf('?disposition=gone'))).toContainEqual({
      key: 'gone',
      name: 'gone',
    })
  })

  it('know days by the clock of the reader', () => {
    const begin = beginOf('2026-03-29')
    expect(dayOf(begin)).toBe('2026-03-29')
    expect(dayOf(beginOf('2026-03-29', { next: true }), { before: true })).toBe('2026-03-29')
    expect(beginOf('29.3.')).toBeNull()
    expect(dayOf(null)).toBe('')
  })
})
