import { expect, test } from 'vitest'
import { placeOf } from './router-match.ts'

test.each([
  ['/', { page: 'home' }],
  ['/desk', { page: 'desk' }],
  ['/desk/', { page: 'desk' }],
  ['/contacts', { page: 'contacts' }],
  ['/contacts/01J%2FX', { page: 'contact', contact: '01J/X' }],
  ['/contacts/reconciliation', { page: 'reconciliation', reconciliation: null }],
  ['/contacts/reconciliation/01J', { page: 'reconciliation', reconciliation: '01J' }],
  ['/contacts/a/b', { page: 'unknown' }],
  ['/emergency', { page: 'emergency' }],
  ['/administration', { page: 'administration', section: null, key: null }],
  ['/administration/queues', { page: 'administration', section: 'queues', key: null }],
  ['/administration/numbers/%2B49301', { page: 'administration', section: 'numbers', key: '+49301' }],
  ['/administration/a/b/c', { page: 'unknown' }],
  ['/configuration', { page: 'administration', section: 'file', key: null }],
  ['/try-it', { page: 'try-it' }],
  ['/nowhere', { page: 'unknown' }],
])('%s', (path, place) => expect(placeOf(path)).toEqual(place))
