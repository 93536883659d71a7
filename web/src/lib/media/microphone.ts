/** The microphone: asking for it, saying why it cannot be had, and how loud it is. */

export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError'
}

/** Whether this page may use a microphone at all: https, or this very machine. */
export function isSecure(): boolean {
  return window.isSecureContext && navigator.mediaDevices !== undefined
}

const REASONS: Record<string, string> = {
  NotAllowedError:
    'The browser does not let this page use the microphone. Allow it beside the address, then try again.',
  NotFoundError: 'No microphone was found. Plug one in, then try again.',
  NotReadableError: 'The microphone could not be opened; another program may be using it.',
}

export interface MicrophoneAsked {
  /** Whether the browser removes echo and noise. */
  clean: boolean
  /** The id of the device; '' is the system's choice, also when the device is gone. */
  device?: string
}

/** One audio stream of a microphone. Raises MicrophoneError with a line for people. */
export async function openMicrophone({ clean, device = '' }: MicrophoneAsked): Promise<MediaStream> {
  if (!isSecure()) {
    throw new MicrophoneError('The browser offers the microphone only to pages opened by https.')
  }
  try {
    return await streamOf(clean, device)
  } catch (error) {
    // A device unplugged a moment ago must not cost the call.
    if (device && !isRefusal(error)) return openMicrophone({ clean })
    const name = error instanceof DOMException ? error.name : ''
    const reason = REASONS[name] ?? `The microphone could not be opened (${name || String(error)}).`
    throw new MicrophoneError(reason, { cause: error })
  }
}

function streamOf(clean: boolean, device: string): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: clean,
      noiseSuppression: clean,
      autoGainControl: clean,
      // Asked for as merely "ideal", Chromium takes its default all the same.
      ...(device ? { deviceId: { exact: device } } : {}),
    },
  })
}

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError'
}

/** The loudness of samples between -1 and 1, as a share of a meter that spans -60 to 0 dB. */
export function meterShare(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  const decibels = 20 * Math.log10(Math.max(rms, 1e-6))
  return Math.min(1, Math.max(0, (decibels + 60) / 60))
}
