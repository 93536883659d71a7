import { expect, test } from 'vitest'
import type { ListPreview } from '../api/types.ts'
import { delimiterName, nameOf, queryOf, readingOf, RECOGNISED, withColumn } from './reading.ts'

const preview: ListPreview = {
  delimiter: ';',
  first: 2,
  columns: [
    { holds: 'start', at: 0 },
    { holds: 'called', at: 3 },
  ],
  dates: 'day first',
  zone: 'Europe/Berlin',
  headings: [],
  lines: [],
  total: 1,
  faulty: 0,
  faults: [],
  unclear: [],
  since: null,
  until: null,
  missing: [],
  earlier: null,
}

test('what nobody has corrected is left to the server', () => {
  expect(queryOf('c1', RECOGNISED).toString()).toBe('client=c1')
})

test('what a preview shows is what is compared', () => {
  const terms = { name: 'October', tolerance: 30, longer: 5, from: null, to: 7 }
  const query = queryOf('c1', readingOf(preview), terms)
  expect(Object.fromEntries(query)).toEqual({
    client: 'c1',
    zone: 'Europe/Berlin',
    dates: 'day first',
    first: '2',
    delimiter: ';',
    start: '0',
    called: '3',
    name: 'October',
    tolerance: '30',
    longer: '5',
    to: '7',
  })
})

test('a thing stands in one column, and a column holds one thing', () => {
  const reading = readingOf(preview)
  expect(withColumn(reading, 1, 'called').columns).toEqual({ 0: 'start', 1: 'called' })
  expect(withColumn(reading, 0, 'called').columns).toEqual({ 0: 'called' })
  expect(withColumn(reading, 3, null).columns).toEqual({ 0: 'start' })
  expect(withColumn(RECOGNISED, 2, 'caller').columns).toEqual({ 2: 'caller' })
  expect(reading.columns).toEqual({ 0: 'start', 3: 'called' })
})

test('a result is named like its file', () => {
  expect(nameOf('calls-2026-10.csv')).toBe('calls-2026-10')
  expect(nameOf('.csv')).toBe('Calls')
  expect(nameOf('x'.repeat(500))).toHaveLength(200)
})

test('delimiters have names', () => {
  expect([';', '\t', '^'].map(delimiterName)).toEqual(['semicolon', 'tab', '“^”'])
})
