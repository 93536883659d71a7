/** Durations as the configuration writes them (`20s`, `1h30m`) and as people enter them: a count and a unit. */

export type Unit = 's' | 'm' | 'h' | 'd'
export const UNITS: readonly [Unit, string][] = [
  ['s', 'seconds'],
  ['m', 'minutes'],
  ['h', 'hours'],
  ['d', 'days'],
]
const SECONDS: Record<Unit, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a written duration, null when it is none. */
export function secondsOf(text: unknown): number | null {
  if (typeof text === 'number') return text
  const found = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(text ?? ''))
  if (!found || !found[0]) return null
  const [days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0))
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
}

/** The largest of these units in which it is a whole number. */
export function countAndUnit(seconds: number, units: readonly Unit[]): { count: number; unit: Unit } {
  const largest = [...units]
    .sort((one, other) => SECONDS[other] - SECONDS[one])
    .find((unit) => seconds % SECONDS[unit] === 0 && seconds > 0)
  const unit = largest ?? units[0] ?? 's'
  return { count: seconds / SECONDS[unit], unit }
}

/** As the server writes it: 90 -> `1m30s`. Days stay days where the unit is one. */
export function durationText(count: number, unit: Unit): string {
  if (unit === 'd') return `${count}d`
  const all = count * SECONDS[unit]
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}` || '0s'
}
