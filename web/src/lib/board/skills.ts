/** What a supervisor has changed in an agent's skills. Pure. */

import type { SkillOfAgent } from '../api/types.ts'

/** What the fields hold, by the skill's key; empty where he does not have it. */
export type Levels = Record<string, string>

export function levelsOf(skills: readonly SkillOfAgent[]): Levels {
  return Object.fromEntries(skills.map(({ key, level }) => [key, level === null ? '' : String(level)]))
}

/** What the server is asked for. Whatever is no number goes as it is, so that the server can refuse it by name. */
export function asked(levels: Levels): Record<string, number | string> {
  const had = Object.entries(levels).filter(([, text]) => text.trim() !== '')
  return Object.fromEntries(had.map(([key, text]) => [key, /^\d+$/.test(text.trim()) ? Number(text) : text]))
}

/** The skills that differ, by key. */
export function changes(skills: readonly SkillOfAgent[], levels: Levels): string[] {
  const before = levelsOf(skills)
  return Object.keys(before).filter((key) => (levels[key] ?? '').trim() !== before[key])
}
