import { beforeEach, describe, expect, test } from 'vitest'
import { MediaOwnership, type Surroundings } from './ownership.svelte.ts'

/** Web Locks as the browser has them, for one lock: one holder, a line, and stealing. */
class Locks {
  holder: { fail: (error: unknown) => void } | null = null
  line: (() => void)[] = []

  request = (async (_name: string, options: LockOptions, run: (lock: Lock | null) => unknown) => {
    if (options.steal) {
      const before = this.holder
      this.holder = null
      before?.fail(new DOMException('stolen', 'AbortError'))
    } else if (this.holder !== null) {
      if (options.ifAvailable) return run(null)
      await new Promise<void>((next, stop) => {
        this.line.push(next)
        options.signal?.addEventListener('abort', () => {
          this.line = this.line.filter((each) => each !== next)
          stop(new DOMException('aborted', 'AbortError'))
        })
      })
    }
    return this.#hold(run)
  }) as LockManager['request']

  async #hold(run: (lock: Lock | null) => unknown): Promise<unknown> {
    let own!: { fail: (error: unknown) => void }
    const stolen = new Promise<never>((_, reject) => (own = { fail: reject }))
    this.holder = own
    try {
      return await Promise.race([run({} as Lock), stolen])
    } finally {
      if (this.holder === own) {
        this.holder = null
        this.line.shift()?.()
      }
    }
  }
}

let locks: Locks
let now = 100_000

class Tab {
  readonly kept = new Map<string, string>()
  leave = () => {}
  ownership = this.#opened()

  #opened(): MediaOwnership {
    const around: Surroundings = {
      locks,
      store: {
        getItem: (key) => this.kept.get(key) ?? null,
        setItem: (key, text) => void this.kept.set(key, text),
        removeItem: (key) => void this.kept.delete(key),
      },
      now: () => now,
      leaving: (run) => {
        this.leave = run
        return () => (this.leave = () => {})
      },
    }
    const ownership = new MediaOwnership(
      () => {},
      () => around,
    )
    ownership.start()
    return ownership
  }

  unload(): void {
    this.leave()
    this.ownership.stop()
  }

  load(): void {
    this.ownership = this.#opened()
  }
}

const settled = () => new Promise<void>((done) => setTimeout(done))

async function tabs(): Promise<[Tab, Tab]> {
  const one = new Tab()
  await settled()
  const other = new Tab()
  await settled()
  return [one, other]
}

beforeEach(() => {
  locks = new Locks()
})

describe('exactly one tab owns the sound', () => {
  test('the first', async () => {
    const [one, other] = await tabs()
    expect([one.ownership.mine, other.ownership.mine]).toEqual([true, false])
  })

  test('the next in line, when it closes', async () => {
    const [one, other] = await tabs()
    one.unload()
    await settled()
    expect(other.ownership.mine).toBe(true)
  })

  test('the one that takes it over, and back again', async () => {
    const [one, other] = await tabs()
    other.ownership.takeOver()
    await settled()
    expect([one.ownership.mine, other.ownership.mine]).toEqual([false, true])
    one.ownership.takeOver()
    await settled()
    expect([one.ownership.mine, other.ownership.mine]).toEqual([true, false])
  })
})

test('a tab that is loaded anew goes on with the sound, though another waits for it', async () => {
  const [one, other] = await tabs()
  one.unload()
  await settled()
  one.load()
  await settled()
  expect([one.ownership.mine, other.ownership.mine]).toEqual([true, false])
})

test('a tab that comes back later does not take the sound away', async () => {
  const [one, other] = await tabs()
  one.unload()
  await settled()
  now += 60_000
  one.load()
  await settled()
  expect([one.ownership.mine, other.ownership.mine]).toEqual([false, true])
})
