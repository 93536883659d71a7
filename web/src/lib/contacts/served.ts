/** What a supervisor says of how a customer is served, as a form holds it. Pure. */

import type { CustomerChange, CustomerRecord } from '../api/types.ts'

export interface Need {
  /** The skill's key. */
  skill: string
  level: string
}

/** What the fields hold; empty for nobody and nothing. */
export interface Served {
  personal_agent: string
  branch: string
  priority: string
  needs: Need[]
}

export type Field = keyof Served

export function servedOf(record: CustomerRecord): Served {
  return {
    personal_agent: record.personal_agent ?? '',
    branch: record.branch ?? '',
    priority: record.priority === 0 ? '' : String(record.priority),
    needs: Object.entries(record.needs).map(([skill, level]) => ({ skill, level: String(level) })),
  }
}

/** What the server is asked for: the fields that differ, and what they were. Null when none does. */
export function asked(before: Served, now: Served): CustomerChange | null {
  const [was, is] = [written(before), written(now)]
  const changed = (Object.keys(is) as Field[]).filter(
    (one) => JSON.stringify(was[one]) !== JSON.stringify(is[one]),
  )
  if (changed.length === 0) return null
  const only = (all: ReturnType<typeof written>) => Object.fromEntries(changed.map((one) => [one, all[one]]))
  return { ...only(is), seen: only(was) } as CustomerChange
}

function written(of: Served) {
  const needs = of.needs.filter((one) => one.skill !== '')
  return {
    personal_agent: of.personal_agent,
    branch: of.branch,
    priority: of.priority.trim() === '' ? 0 : number(of.priority),
    needs: Object.fromEntries(needs.map((one) => [one.skill, number(one.level)]).sort()),
  }
}

/** Whatever is no whole number goes as it is, so that the server can refuse it by name. */
function number(text: string): number | string {
  return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : text
}

/** Which of the fields a fault is about: `needs.german` is about the needs. */
export function fieldOf(fault: string | null): Field | null {
  const name = (fault ?? '').split('.')[0]
  return name === 'personal_agent' || name === 'branch' || name === 'priority' || name === 'needs'
    ? name
    : null
}

/** Skills that no row has yet; its own stays among the choices of a row. */
export function left<Skill extends { key: string }>(
  skills: readonly Skill[],
  needs: readonly Need[],
  own = '',
): Skill[] {
  return skills.filter((one) => one.key === own || !needs.some((need) => need.skill === one.key))
}
