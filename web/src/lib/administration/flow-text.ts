/** A flow's text and outline in the administrator's words. Pure. */

import type { OutlineStep } from '../api/types.ts'
import { shown } from './item.ts'

/** What a new flow begins with. */
export function firstText(client: string, queue: string): string {
  return `key: new-flow
name: New flow
client: ${client}
language: en
steps:
  - say: {text: "Welcome."}
  - enqueue:
      queue: ${queue}
      nobody:
        - say: {text: "Nobody is here just now. Please call again."}
        - hangup
  - hangup
`
}

const KINDS: Record<string, string> = {
  say: 'Says',
  play: 'Plays',
  enqueue: 'Puts in the queue',
  hangup: 'Hangs up',
  menu: 'Offers a menu',
  hours: 'Looks at the opening hours',
}

/** A step in a few words: `Puts in the queue support`. */
export function stepText({ kind, fields, says }: Pick<OutlineStep, 'kind' | 'fields' | 'says'>): string {
  const name = KINDS[kind] ?? kind
  const what = says.length > 0 ? '' : shown(fields['queue'] ?? fields['sound'] ?? fields['hours'] ?? '')
  return what && what !== 'nothing' ? `${name} ${what}` : name
}

/** The fields of a step that its few words do not say. */
export function stepDetails({ fields, says }: Pick<OutlineStep, 'fields' | 'says'>): string {
  const said = new Set(['queue', 'sound', 'hours', ...(says.length > 0 ? ['text', 'texts'] : [])])
  return Object.entries(fields)
    .filter(([name, value]) => !said.has(name) && typeof value !== 'object')
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${shown(value)}`)
    .join(' · ')
}

const BRANCHES: Record<string, string> = {
  nobody: 'When nobody is signed in',
  max_wait: 'After the longest wait',
  full: 'When the queue is full',
  served: 'After the talk',
  open: 'When open',
  closed: 'When closed',
  wrong: 'After a wrong key',
  timeout: 'When no key comes',
  default: 'Otherwise',
}

/** When a branch is taken: `keys.1` is `On key 1`. */
export function branchText(branch: string): string {
  const key = /(?:^|[.[])([0-9*#])(?:\]|\.|$)/.exec(branch)?.[1]
  if (key !== undefined) return `On key ${key}`
  return BRANCHES[branch] ?? branch.replaceAll('_', ' ')
}
