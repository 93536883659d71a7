/**
 * The server's time, as far as this page knows it. Timers count from moments the server named, so they
 * are measured on the server's clock: an agent's laptop may be minutes off.
 */

import type { Micros } from '../api/types.ts'

const TICK_MS = 250

export class ServerClock {
  /** Advances four times a second; what is shown changes only when its text does. */
  now: Micros = $state(0)
  #ahead: Micros

  constructor() {
    this.#ahead = Date.now() * 1000 - this.#monotonic()
    this.tick()
  }

  /** Take over the server's clock from a message that has just arrived. */
  learn(serverNow: Micros): void {
    this.#ahead = serverNow - this.#monotonic()
    this.tick()
  }

  tick(): void {
    this.now = this.#ahead + this.#monotonic()
  }

  start(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS)
    return () => clearInterval(timer)
  }

  #monotonic(): Micros {
    return performance.now() * 1000
  }
}

export const clock = new ServerClock()
