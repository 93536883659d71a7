/**
 * One call's sound between this page and a media worker: G.711 over WebRTC, no server in between.
 * The page makes the offer, complete with its candidates; the server's answer comes back in one exchange.
 */

/** How long gathering may take; on a machine without a network some browsers never call it complete. */
const GATHERING_MS = 1_500
/** What a media worker bridges without transcoding comes first (RFC 3551, section 4.5.14). */
const PREFERRED = ['audio/pcmu', 'audio/pcma', 'audio/telephone-event']

export type Exchange = (offer: string) => Promise<string>
export type LegState = 'connecting' | 'connected' | 'lost' | 'closed'

/** Codecs with the ones we prefer in front; the others stay, as the answerer decides. */
export function inOrderOfPreference<Codec extends { mimeType: string }>(codecs: readonly Codec[]): Codec[] {
  const rank = ({ mimeType }: Codec) => {
    const at = PREFERRED.indexOf(mimeType.toLowerCase())
    return at < 0 ? PREFERRED.length : at
  }
  return codecs.toSorted((one, other) => rank(one) - rank(other))
}

const STATES: Record<RTCPeerConnectionState, LegState> = {
  new: 'connecting',
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'lost',
  failed: 'lost',
  closed: 'closed',
}

export class BrowserLeg {
  readonly #peer = new RTCPeerConnection({ iceServers: [] })
  readonly #speaker = new Audio()
  #microphone: MediaStream
  #speaks = false
  readonly #changed: (state: LegState) => void

  /** Takes the stream over: it ends with the leg. Nothing is sent until `speak(true)`. */
  constructor(microphone: MediaStream, changed: (state: LegState) => void) {
    this.#microphone = microphone
    this.#changed = changed
    this.speak(false)
    this.#speaker.muted = true
    this.#peer.onconnectionstatechange = () => changed(STATES[this.#peer.connectionState])
    this.#peer.ontrack = ({ track, streams }) => {
      this.#speaker.srcObject = streams[0] ?? new MediaStream([track])
    }
  }

  /** Offer, exchange, answer. Raises what `exchange` raises; aborting closes the leg. */
  async connect(exchange: Exchange, signal: AbortSignal): Promise<void> {
    const [track] = this.#microphone.getAudioTracks()
    if (!track) throw new Error('The microphone gave no sound track.')
    const transceiver = this.#peer.addTransceiver(track, {
      direction: 'sendrecv',
      streams: [this.#microphone],
    })
    const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []
    transceiver.setCodecPreferences(inOrderOfPreference(codecs))
    await this.#peer.setLocalDescription(await this.#peer.createOffer())
    await this.#gathered(signal)
    const answer = await exchange(this.#peer.localDescription?.sdp ?? '')
    signal.throwIfAborted()
    this.#watchForEnd(transceiver.sender)
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer })
  }

  /** Let the other side be heard. Raises NotAllowedError where the page was never touched. */
  async listen(): Promise<void> {
    this.#speaker.muted = false
    await this.#speaker.play()
  }

  /** Whether the customer hears the microphone. */
  speak(on: boolean): void {
    this.#speaks = on
    for (const track of this.#microphone.getAudioTracks()) track.enabled = on
  }

  /** Speak into this microphone from now on; the stream is taken over, the one before ends. */
  async changeMicrophone(microphone: MediaStream): Promise<void> {
    const before = this.#microphone
    this.#microphone = microphone
    this.speak(this.#speaks)
    const [sender] = this.#peer.getSenders()
    await sender?.replaceTrack(microphone.getAudioTracks()[0] ?? null)
    for (const track of before.getTracks()) track.stop()
  }

  /** Let the other side be heard there; '' is the system's choice. A device that is gone changes nothing. */
  async listenOn(device: string): Promise<void> {
    if (!('setSinkId' in this.#speaker) || this.#speaker.sinkId === device) return
    try {
      await this.#speaker.setSinkId(device)
    } catch (error) {
      console.info('the headset could not be used:', error)
    }
  }

  /** The id of the microphone in use, and whether it still gives sound. */
  get microphone(): { device: string; alive: boolean } {
    const track = this.#microphone.getAudioTracks()[0]
    return { device: track?.getSettings().deviceId ?? '', alive: track?.readyState === 'live' }
  }

  close(): void {
    this.#peer.onconnectionstatechange = null
    for (const { transport } of this.#peer.getSenders()) if (transport) transport.onstatechange = null
    this.#peer.close()
    this.#speaker.srcObject = null
    for (const track of this.#microphone.getTracks()) track.stop()
  }

  /** The far side says goodbye by DTLS; the peer connection's own state tells it only much later, as a loss. */
  #watchForEnd({ transport }: RTCRtpSender): void {
    if (!transport) return
    transport.onstatechange = () => {
      if (transport.state === 'closed') this.#changed('closed')
    }
  }

  #gathered(signal: AbortSignal): Promise<void> {
    const peer = this.#peer
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        peer.removeEventListener('icegatheringstatechange', look)
        signal.removeEventListener('abort', stop)
      }
      const look = () => {
        if (peer.iceGatheringState !== 'complete') return
        done()
        resolve()
      }
      const stop = () => {
        done()
        reject(signal.reason as Error)
      }
      const timer = setTimeout(() => {
        done()
        resolve()
      }, GATHERING_MS)
      peer.addEventListener('icegatheringstatechange', look)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      else look()
    })
  }
}
