/** A version in one line. Pure. */

import type { ConfigurationVersion, ItemChange } from '../api/types.ts'

const NAMED = 3

/** `queue support: strategy, wrap up`; for one thing only what changed: `strategy, wrap up`. */
export function headline(version: ConfigurationVersion, ofOne: boolean): string {
  const back = version.back_to === null ? '' : `back to version ${version.back_to} · `
  if (ofOne) return back + version.changes.map(what).join(', ')
  const named = version.changes.slice(0, NAMED).map((one) => `${one.kind} ${one.key}: ${what(one)}`)
  const more = version.changes.length - named.length + version.more
  return back + named.join(' · ') + (more > 0 ? ` · and ${more} more` : '')
}

function what(change: ItemChange): string {
  if (change.what !== 'changed' || change.fields.length === 0) return change.what
  return change.fields.map((field) => field.name.replaceAll('_', ' ').replaceAll('.', ' · ')).join(', ')
}
