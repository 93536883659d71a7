/** A week of opening hours as text. Pure. */

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Day = (typeof DAYS)[number]

/** Spans as typed: `9:00-12:00, 13:00 - 17:00`. */
export function spansOf(text: string): string[] {
  return text
    .split(/[,;]/)
    .map((span) => span.trim().replace(/\s*[-\u2013]\s*/, '-'))
    .filter(Boolean)
    .map((span) => span.replace(/^(\d):/, '0$1:').replace(/-(\d):/, '-0$1:'))
}

/** The week in a line, days with the same hours together: `Mon-Fri 09:00-17:00, Sat 10:00-14:00`. */
export function weekText(week: Record<string, string[]> | undefined): string {
  const short = (day: Day) => day.slice(0, 1).toUpperCase() + day.slice(1, 3)
  const runs: { from: Day; to: Day; spans: string }[] = []
  for (const day of DAYS) {
    const spans = (week?.[day] ?? []).join(' and ')
    const last = runs.at(-1)
    const yesterday = DAYS[DAYS.indexOf(day) - 1]
    if (last && last.spans === spans && last.to === yesterday) last.to = day
    else runs.push({ from: day, to: day, spans })
  }
  const open = runs.filter((run) => run.spans !== '')
  if (open.length === 0) return 'closed'
  return open
    .map(({ from, to, spans }) => `${from === to ? short(from) : `${short(from)}-${short(to)}`} ${spans}`)
    .join(', ')
}
