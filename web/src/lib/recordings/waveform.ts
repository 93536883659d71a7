/** A waveform as something to draw: columns, paths, places. All of it pure. */

import type { RecordingWaveform } from '../api/types.ts'

export type Gap = RecordingWaveform['gaps'][number]

/** The loudest of each of `count` equal stretches, so that nothing loud is lost when a long talk is drawn. */
export function columns(levels: readonly number[], count: number): number[] {
  if (levels.length === 0 || count <= 0) return []
  if (levels.length <= count) return [...levels]
  return Array.from({ length: count }, (_, at) => {
    const begin = Math.floor((at * levels.length) / count)
    const end = Math.max(begin + 1, Math.floor(((at + 1) * levels.length) / count))
    return Math.max(...levels.slice(begin, end))
  })
}

/** Bars mirrored about the middle of a lane, in a box of `levels.length` by 100; silence is a thin line. */
export function outline(levels: readonly number[]): string {
  return levels.map((level, at) => bar(at, Math.max(2, level))).join('')
}

function bar(at: number, height: number): string {
  return `M${at + 0.15} ${50 - height / 2}h.7v${height}h-.7z`
}

/** Where in the recording (seconds) a pointer is. left, width: of the lanes on the screen. */
export function placeOf(x: number, left: number, width: number, seconds: number): number {
  if (width <= 0) return 0
  return Math.min(seconds, Math.max(0, ((x - left) / width) * seconds))
}

/** Where a key moves the place to, or null when it is no key of the slider. */
export function moved(key: string, at: number, seconds: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -5,
    ArrowDown: -5,
    ArrowRight: 5,
    ArrowUp: 5,
    PageDown: -30,
    PageUp: 30,
  }
  if (key === 'Home') return 0
  if (key === 'End') return seconds
  const step = steps[key]
  return step === undefined ? null : Math.min(seconds, Math.max(0, at + step))
}

/** Gaps that last long enough to be named; shorter ones are drawn but not listed. */
export function named(gaps: readonly Gap[]): Gap[] {
  return gaps.filter((gap) => gap.end - gap.begin >= 1)
}
