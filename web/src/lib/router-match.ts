/** Which page a path names. Kept apart from the browser, so that it can be tested as a table. */

export type Place =
  | {
      page:
        | 'desk'
        | 'board'
        | 'contacts'
        | 'callbacks'
        | 'emergency'
        | 'account'
        | 'try-it'
        | 'not-secure'
        | 'sign-in'
    }
  | { page: 'administration'; section: string | null; key: string | null }
  | { page: 'contact'; contact: string }
  | { page: 'reconciliation'; reconciliation: string | null }
  | { page: 'day'; agent: string }
  | { page: 'home' }
  | { page: 'unknown' }

const PLAIN = [
  'desk',
  'board',
  'contacts',
  'callbacks',
  'emergency',
  'account',
  'try-it',
  'not-secure',
  'sign-in',
] as const

export function placeOf(path: string): Place {
  const parts = path.split('/').filter(Boolean)
  const [first, second, ...rest] = parts
  if (first === undefined) return { page: 'home' }
  if (first === 'contacts' && second === 'reconciliation' && rest.length <= 1) {
    return { page: 'reconciliation', reconciliation: rest[0] ? decodeURIComponent(rest[0]) : null }
  }
  if (first === 'contacts' && second !== undefined && rest.length === 0) {
    return { page: 'contact', contact: decodeURIComponent(second) }
  }
  if (first === 'agents' && second !== undefined && rest.length === 0) {
    return { page: 'day', agent: decodeURIComponent(second) }
  }
  if (first === 'administration' && rest.length <= 1) {
    const key = rest[0] === undefined ? null : decodeURIComponent(rest[0])
    return { page: 'administration', section: second ?? null, key }
  }
  // Where the file stood before the administration had sections.
  if (first === 'configuration' && second === undefined) {
    return { page: 'administration', section: 'file', key: null }
  }
  const plain = PLAIN.find((page) => page === first)
  return plain && second === undefined ? { page: plain } : { page: 'unknown' }
}
