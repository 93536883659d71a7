/** Counts for `steady-timers.ts`: told `{timer, ms}` it answers with the timer's number, `ms: null` forgets it. */

const running = new Map<number, ReturnType<typeof setTimeout>>()

addEventListener('message', (event: MessageEvent<{ timer: number; ms: number | null }>) => {
  const { timer, ms } = event.data
  clearTimeout(running.get(timer))
  running.delete(timer)
  if (ms === null) return
  running.set(
    timer,
    setTimeout(() => {
      running.delete(timer)
      postMessage(timer)
    }, ms),
  )
})
