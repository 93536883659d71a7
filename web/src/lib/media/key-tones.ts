/** What the agent hears of his own key presses: the two tones of each key (ITU-T Q.23), softly. */

const ROWS = [697, 770, 852, 941] as const
const COLUMNS = [1209, 1336, 1477] as const
const LAYOUT = '123456789*0#'
const SECONDS = 0.1
const LOUDNESS = 0.06

/** Low and high frequency of a key in Hz; null for what is no key. */
export function keyTones(key: string): readonly [number, number] | null {
  const at = key.length === 1 ? LAYOUT.indexOf(key) : -1
  const low = ROWS[Math.floor(at / 3)]
  const high = COLUMNS[at % 3]
  return at < 0 || low === undefined || high === undefined ? null : [low, high]
}

/** Sounds the key once; the hardware ends it, no timer. */
export function soundKey(context: AudioContext, key: string): void {
  const tones = keyTones(key)
  if (tones === null || context.state !== 'running') return
  const gain = new GainNode(context, { gain: LOUDNESS })
  gain.connect(context.destination)
  for (const frequency of tones) {
    const tone = new OscillatorNode(context, { frequency })
    tone.connect(gain)
    tone.start()
    tone.stop(context.currentTime + SECONDS)
  }
}
