/**
 * Timers that run on in a hidden tab, where the page's own come once a minute at most: a worker counts for us.
 * Only what brings the connection back needs them; beats are answered without any timer.
 */

export type Later = (run: () => void, ms: number) => () => void

/** The part of Worker that is used. */
export interface Counter {
  onmessage: ((event: { data: number }) => void) | null
  onerror: (() => void) | null
  postMessage(asked: { timer: number; ms: number } | { timer: number; ms: null }): void
}

const ofThePage: Later = (run, ms) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** counter: null, or one that breaks, leaves the page's own timers. */
export function steadyTimers(counter: Counter | null, fallBack: Later = ofThePage): Later {
  if (counter === null) return fallBack
  const waiting = new Map<number, { run: () => void; ms: number }>()
  let last = 0
  let broken = false
  counter.onmessage = ({ data: timer }) => {
    const due = waiting.get(timer)
    waiting.delete(timer)
    due?.run()
  }
  counter.onerror = () => {
    broken = true
    for (const { run, ms } of waiting.values()) fallBack(run, ms)
    waiting.clear()
  }
  return (run, ms) => {
    if (broken) return fallBack(run, ms)
    const timer = ++last
    waiting.set(timer, { run, ms })
    counter.postMessage({ timer, ms })
    return () => {
      if (waiting.delete(timer)) counter.postMessage({ timer, ms: null })
    }
  }
}

/** The worker that counts; null where there are none. */
export function startCounter(): Counter | null {
  try {
    return new Worker(new URL('./timer-worker.ts', import.meta.url), { type: 'module' }) as unknown as Counter
  } catch (error) {
    console.info('timers of a hidden tab will be slow:', error)
    return null
  }
}
