/**
 * The one ring for all offers: two soft tones, synthesised. It loops in the audio hardware's own thread,
 * not by timers, which a hidden tab hardly gets.
 */

const RATE = 24_000
/** Seconds from one ring to the next. */
const PERIOD = 2.4
/** Start in seconds and frequency in Hz of each soft stroke: C5, E5, twice. */
const STROKES = [
  [0, 523.25],
  [0.22, 659.25],
  [0.52, 523.25],
  [0.74, 659.25],
] as const
const STROKE = 0.42

/** One period of the ring as samples between -1 and 1. */
export function ringSamples(): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(RATE * PERIOD))
  for (const [start, frequency] of STROKES) {
    const first = Math.round(start * RATE)
    for (let n = 0; n < STROKE * RATE; n++) {
      const seconds = n / RATE
      // A short rise against the click, then a bell's decay, and a quiet octave for some warmth.
      const envelope = Math.min(1, seconds / 0.012) * Math.exp(-7 * seconds)
      const angle = 2 * Math.PI * frequency * seconds
      const tone = Math.sin(angle) + 0.18 * Math.sin(2 * angle)
      samples[first + n] = (samples[first + n] ?? 0) + 0.38 * envelope * tone
    }
  }
  return samples
}

export class Ring {
  /** The browser keeps sound back until the page has been touched once. */
  blocked = $state(false)
  #context: AudioContext | null = null
  #source: AudioBufferSourceNode | null = null
  #gain: GainNode | null = null
  #wanted = false

  /** To be called from a click or key press, so that later rings are allowed to sound. */
  async unlock(): Promise<void> {
    const context = this.#opened()
    if (context.state !== 'running') await context.resume()
    this.blocked = false
  }

  /** Ring until `stop`, on this output device ('' is the system's); asked again, only volume and device change. */
  start(volume: number, device = ''): void {
    const context = this.#opened()
    void ringOn(context, device)
    if (this.#gain) this.#gain.gain.value = volume
    if (this.#wanted) return
    this.#wanted = true
    this.#source = this.#looping(context, volume)
    this.#source.start()
    this.blocked = context.state !== 'running'
    void context.resume().then(() => (this.blocked = false))
  }

  stop(): void {
    this.#wanted = false
    this.blocked = false
    this.#source?.stop()
    this.#source?.disconnect()
    this.#source = this.#gain = null
  }

  #opened(): AudioContext {
    this.#context ??= new AudioContext()
    return this.#context
  }

  #looping(context: AudioContext, volume: number): AudioBufferSourceNode {
    const samples = ringSamples()
    const buffer = context.createBuffer(1, samples.length, RATE)
    buffer.copyToChannel(samples, 0)
    const gain = (this.#gain = new GainNode(context, { gain: volume }))
    gain.connect(context.destination)
    const source = new AudioBufferSourceNode(context, { buffer, loop: true })
    source.connect(gain)
    return source
  }
}

/** Whether this browser can ring on another device than the system's. */
export function canChooseRing(): boolean {
  return typeof AudioContext !== 'undefined' && 'setSinkId' in AudioContext.prototype
}

interface WithSink {
  readonly sinkId: string | object
  setSinkId(device: string): Promise<void>
}

async function ringOn(context: AudioContext, device: string): Promise<void> {
  if (!canChooseRing()) return
  const output = context as AudioContext & WithSink
  if (output.sinkId === device) return
  try {
    await output.setSinkId(device)
  } catch (error) {
    // It was unplugged just now: better to ring on what the system has than not at all.
    console.info('the ring device could not be used:', error)
    await output.setSinkId('').catch(() => {})
  }
}
