/**
 * The agent's desk: what he asks for goes to the server, what is so comes by the feed, and the sound of this
 * tab follows what is so. Nothing here is assumed: an accepted offer is a call when the server says so.
 */

import { api, ApiError, textOf } from '../api/client.ts'
import type {
  ChosenState,
  DeskEngagement,
  DeskOffer,
  DeskState,
  HandOverAsked,
  HandOverTargets,
  MediaAnswer,
  Reach,
  WrapUp,
} from '../api/types.ts'
import { live } from '../feed/live.svelte.ts'
import { deviceList } from '../media/device-list.svelte.ts'
import { present } from '../media/devices.ts'
import { isSecure, MicrophoneError, openMicrophone } from '../media/microphone.ts'
import { OfferNotice } from '../media/offer-notice.svelte.ts'
import { MediaOwnership } from '../media/ownership.svelte.ts'
import { Ring } from '../media/ring.svelte.ts'
import { Softphone } from '../media/softphone.svelte.ts'
import { soundSettings } from '../media/sound-settings.svelte.ts'
import { notices } from '../notices.svelte.ts'
import { session } from '../session.svelte.ts'
import type { DeskAct } from './shortcuts.ts'
import { noticeOf, soundPlan } from './sound-plan.ts'

/** After an accepted offer, the engagement must be told within this time, or there is none. */
const ACCEPTED_MS = 5_000
/** Interrupted sound may come back by itself for so long; then it is fetched anew, over whatever network there is. */
const INTERRUPTED_MS = 2_000
/** Pauses between attempts to fetch the sound of a running call. */
const AGAIN_MS = [500, 1_000, 2_000, 4_000]

/** The caller was faster than this page. */
class CallOver extends Error {
  constructor() {
    super('This call is over.')
  }
}

export class Desk {
  readonly phone = new Softphone()
  readonly ring = new Ring()
  readonly notice = new OfferNotice()
  readonly ownership = new MediaOwnership(() => this.#follow(this.now))
  /** The offer being answered here, from the click until the engagement is there. */
  answering: number | null = $state(null)
  /** Whether the sound of a running call is being fetched into this page. */
  rejoining = $state(false)
  /** Why accepting did not work, shown on the offer. */
  refusal: string | null = $state(null)
  /** Saves what is typed elsewhere on the desk; each resolves with whether nothing is left unsaved. */
  readonly unsaved = new Set<() => Promise<boolean>>()
  /** Set by the wrap-up form while it is shown. */
  finishWrapUp: (() => void) | null = null
  /** Whether the key pad is open. */
  keyPad = $state(false)
  /** Whether the window is open in which the customer is handed over. */
  handingOver = $state(false)
  #forgetAnswer = () => {}
  /** The offer that rang when the feed last told something, 0 for none. */
  #rang = 0

  get now(): DeskState | null {
    return live.desk
  }

  /** Take part in the work: own the sound if no other tab does, and follow the feed. */
  start(): () => void {
    soundSettings.open(session.person?.id ?? '')
    soundSettings.devicesChanged = deviceList.changed = () => this.#devicesChanged()
    this.notice.look()
    this.phone.interrupted = () => this.#interrupted()
    const stopLooking = deviceList.start()
    this.ownership.start()
    live.onDesk = (desk) => this.#follow(desk)
    return () => {
      live.onDesk = () => {}
      stopLooking()
      this.notice.tell(null)
      this.ownership.stop()
      this.ring.stop()
      this.phone.close()
      this.#answered()
    }
  }

  // -- what the agent asks for

  async signIn(reach: Reach): Promise<boolean> {
    if (reach === 'browser') void this.#askForMicrophone()
    return notices.attempt(() => api.post('/api/desk/sign-in', { reach }))
  }

  signOut(): Promise<boolean> {
    return notices.attempt(() => api.post('/api/desk/sign-out'))
  }

  choose(state: ChosenState, reason: string | null): Promise<boolean> {
    return notices.attempt(() => api.post('/api/desk/state', { state, reason }))
  }

  reachBy(reach: Reach): Promise<boolean> {
    if (reach === 'browser') void this.#askForMicrophone()
    return notices.attempt(() => api.post('/api/desk/profile', { reach }))
  }

  async accept(): Promise<void> {
    const offer = this.now?.offer
    if (!offer || this.answering !== null || this.ownership.mine === false) return
    this.answering = offer.offer
    this.refusal = null
    this.ring.stop()
    try {
      if (this.now?.agent.reach === 'browser') await this.#prepare(offer)
      await api.post(`/api/desk/offers/${offer.offer}/accept`, { fence: offer.fence })
      await this.phone.open()
      this.#expectEngagement()
    } catch (error) {
      // The offer's card shows it, or has gone with its caller: then it is said at the edge.
      if (this.now?.offer?.offer === offer.offer) this.refusal = textOf(error)
      else notices.add('calm', textOf(error))
      this.#answered()
      this.#follow(this.now)
    }
  }

  async reject(): Promise<void> {
    const offer = this.now?.offer
    if (!offer) return
    this.ring.stop()
    await this.#attempt(() => api.post(`/api/desk/offers/${offer.offer}/reject`, { fence: offer.fence }))
  }

  /** Fetch the sound of the running call into this page once more. */
  fetchSound(): void {
    this.phone.close()
    if (this.now) this.#sound(this.now)
  }

  async hold(): Promise<void> {
    const call = this.now?.engagement
    if (!call || call.state === 'wrap-up') return
    await this.#ask(call, call.state === 'held' ? 'resume' : 'hold')
  }

  async mute(): Promise<void> {
    const call = this.now?.engagement
    if (!call || call.state === 'wrap-up') return
    const muted = !call.muted
    // The microphone obeys at once; the server keeps the customer from hearing a phone on the table.
    this.phone.mute(muted)
    const done = await this.#ask(call, muted ? 'mute' : 'unmute')
    if (!done) this.phone.mute(!muted)
  }

  async hangUp(): Promise<void> {
    const call = this.now?.engagement
    if (call && call.state !== 'wrap-up') await this.#ask(call, 'hang-up')
  }

  /** Press keys towards the customer; resolves with whether they were taken. */
  press(engagement: string, digits: string): Promise<boolean> {
    return this.#attempt(() => api.post(`/api/desk/engagements/${engagement}/digits`, { digits }))
  }

  toggleKeyPad(): void {
    const call = this.now?.engagement
    this.keyPad = !this.keyPad && call != null && call.state !== 'wrap-up'
  }

  startHandOver(): void {
    this.handingOver = this.now?.engagement?.hands_over === true
  }

  /** Where the customer may go, and who is there. Raises what the server has against it. */
  handOverTargets(engagement: string): Promise<HandOverTargets> {
    return api.get(`/api/desk/engagements/${engagement}/hand-over`)
  }

  /** The talk ends here and the customer goes on in that queue; resolves with whether it was done. */
  handOver(engagement: string, asked: HandOverAsked): Promise<boolean> {
    return this.#attempt(() => api.post(`/api/desk/engagements/${engagement}/hand-over`, asked))
  }

  /** Save disposition and note; with `finish` the wrap-up is over. Raises what the server has against it. */
  wrapUp(engagement: string, wrapUp: WrapUp): Promise<void> {
    return api.post(`/api/desk/engagements/${engagement}/wrap-up`, wrapUp)
  }

  /** Save what is typed elsewhere on the desk: once the work is over it could no longer be. */
  async saveRest(): Promise<boolean> {
    const done = await Promise.all(Array.from(this.unsaved, (save) => save()))
    return done.every(Boolean)
  }

  act(act: DeskAct): void {
    const acts: Record<DeskAct, () => unknown> = {
      accept: () => this.accept(),
      reject: () => this.reject(),
      hold: () => this.hold(),
      mute: () => this.mute(),
      'hang-up': () => this.hangUp(),
      finish: () => this.finishWrapUp?.(),
      keys: () => this.toggleKeyPad(),
      'hand-over': () => this.startHandOver(),
    }
    acts[act]()
  }

  /** Whether leaving the page now would cut off a customer. */
  get carriesCall(): boolean {
    return this.phone.state === 'open'
  }

  // -- what follows from the feed

  /** The browser's question comes now, in peace, and not while the first caller rings. */
  async #askForMicrophone(): Promise<void> {
    if (!isSecure()) return
    await notices.attempt(async () => {
      const microphone = await openMicrophone({ clean: soundSettings.cleanMicrophone })
      for (const track of microphone.getTracks()) track.stop()
      // Their names are told from now on.
      await deviceList.look()
    })
  }

  #devicesChanged(): void {
    void this.phone.devicesChanged()
    if (this.now) this.#sound(this.now)
  }

  #ringDevice(): string {
    return present(deviceList.all, 'ring', soundSettings.devices.ring)
  }

  #follow(desk: DeskState | null): void {
    if (desk === null) {
      // The feed is away, not the call: sound runs beside it and goes on.
      this.ring.stop()
      this.notice.tell(null)
      return
    }
    this.#sayWhoTookIt(desk)
    if (desk.engagement !== null && desk.offer === null) this.#answered()
    this.#sound(desk)
    if (desk.engagement === null || desk.engagement.state === 'wrap-up')
      this.keyPad = this.handingOver = false
    if (desk.engagement) this.phone.mute(desk.engagement.muted)
  }

  /** What rang here and at others stops because one of them answered. */
  #sayWhoTookIt(desk: DeskState): void {
    const rang = this.#rang
    this.#rang = desk.offer?.offer ?? 0
    if (rang !== 0 && rang !== this.#rang && desk.taken_offer === rang) {
      notices.add('calm', 'Answered by a colleague.')
    }
  }

  #sound(desk: DeskState): void {
    const plan = soundPlan(desk, { mine: this.ownership.mine === true, answering: this.answering })
    if (plan.ring) this.ring.start(soundSettings.ringVolume, this.#ringDevice())
    else this.ring.stop()
    this.notice.tell(this.ownership.mine && soundSettings.notify ? noticeOf(desk, this.answering) : null)
    if (plan.leg.of === 'none') this.phone.close()
    else if (plan.leg.of === 'offer' && desk.offer) this.#prepareAhead(desk.offer)
    else if (desk.engagement && this.answering === null) this.#rejoin(desk.engagement)
    if (desk.offer === null) this.refusal = null
  }

  /** The page was loaded anew during the call, or another tab had its sound: make the leg again. */
  #rejoin(call: DeskEngagement): void {
    if (this.phone.call !== null) return
    this.rejoining = true
    this.#fetched(call, 0)
      .catch(() => {
        // Why is kept in `phone.problem`, which stands above the desk with a button to try again.
      })
      .finally(() => (this.rejoining = false))
  }

  async #fetched(call: DeskEngagement, attempt: number): Promise<void> {
    try {
      await this.#prepare(call)
    } catch (error) {
      const pause = AGAIN_MS[attempt]
      // The microphone does not come by waiting; the network does.
      const final = error instanceof MicrophoneError || error instanceof CallOver
      if (pause === undefined || final || this.phone.call !== callOf(call)) throw error
      await new Promise((done) => setTimeout(done, pause))
      if (this.phone.call !== callOf(call)) return
      return this.#fetched(call, attempt + 1)
    }
    await this.phone.open()
  }

  #interrupted(): void {
    const { call } = this.phone
    setTimeout(() => {
      const talking = this.now?.engagement?.state === 'talking' || this.now?.engagement?.state === 'held'
      if (talking && this.phone.call === call && this.phone.connection === 'lost') this.fetchSound()
    }, INTERRUPTED_MS)
  }

  #prepareAhead(offer: DeskOffer): void {
    if (this.phone.call === callOf(offer)) return
    // A failure is kept in `phone.problem`, shown on the card, and tried again on accept.
    this.#prepare(offer).catch(() => {})
  }

  #prepare(offer: Lease): Promise<void> {
    return this.phone.prepare(callOf(offer), async (sdp) => {
      const path = `/api/desk/offers/${offer.offer}/media`
      const answer = await api.post<MediaAnswer>(path, { fence: offer.fence, sdp })
      if (answer.sdp === null) throw new CallOver()
      return answer.sdp
    })
  }

  #ask(call: DeskEngagement, what: string): Promise<boolean> {
    return this.#attempt(() => api.post(`/api/desk/engagements/${call.engagement}/${what}`))
  }

  /** Do something to a call, which may end at the same moment: that is said, but is no error. */
  #attempt(act: () => Promise<unknown>): Promise<boolean> {
    return notices.attempt(act, (error) =>
      error instanceof ApiError && error.status === 409 ? 'calm' : 'bad',
    )
  }

  #expectEngagement(): void {
    if (this.now?.engagement) {
      this.#answered()
      return
    }
    const timer = setTimeout(() => {
      this.#answered()
      this.#follow(this.now)
    }, ACCEPTED_MS)
    this.#forgetAnswer = () => clearTimeout(timer)
  }

  #answered(): void {
    this.#forgetAnswer()
    this.#forgetAnswer = () => {}
    this.answering = null
  }
}

/** What a leg is made by: an offer, or the one that an engagement came from. */
type Lease = Pick<DeskOffer, 'offer' | 'fence'>

function callOf(offer: Lease): string {
  return `offer ${offer.offer}.${offer.fence}`
}

export const desk = new Desk()
