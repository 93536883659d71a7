import { expect, test } from 'vitest'
import { placeOf } from './router-match.ts'

test.each([
  ['/', { page: 'home' }],
  ['/desk', { page: 'desk' }],
  ['/desk/', { page: 'desk' }],
  ['/contacts', { page: 'contacts' }],
  ['/contacts/01J%2FX', { page: 'contact', contact: '01J/X' }],
  ['/contacts/a/b', { page: 'unknown' }],
  ['/try-it', { page: 'try-it' }],
  ['/nowhere', { page: 'unknown' }],
])('%s', (path, place) => expect(placeOf(path)).toEqual(place))
