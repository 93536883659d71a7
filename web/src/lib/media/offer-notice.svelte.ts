/**
 * Tells of a ringing call outside of the page, while the page is not in front. It takes nobody's focus: only
 * a click on it brings the page forward.
 */

export interface Told {
  /** What the same call is told under, so that it is told once. */
  key: string
  title: string
  body: string
}

export interface Shown {
  close(): void
}

/** The part of the browser that is used. */
export interface Surroundings {
  permission(): NotificationPermission | 'unsupported'
  ask(): Promise<NotificationPermission>
  inFront(): boolean
  show(told: Told, clicked: () => void): Shown
  toFront(): void
}

const BROWSER: Surroundings = {
  permission: () =>
    'Notification' in window && window.isSecureContext ? Notification.permission : 'unsupported',
  ask: () => Notification.requestPermission(),
  inFront: () => document.visibilityState === 'visible' && document.hasFocus(),
  // Silent: the ring is heard already, on the device and as loud as the agent chose.
  show: ({ key, title, body }, clicked) => {
    const shown = new Notification(title, { body, tag: key, silent: true, requireInteraction: true })
    shown.onclick = clicked
    return shown
  },
  toFront: () => window.focus(),
}

export class OfferNotice {
  permission: NotificationPermission | 'unsupported' = $state('default')
  readonly #around: Surroundings
  #shown: Shown | null = null
  #key: string | null = null

  constructor(around: Surroundings = BROWSER) {
    this.#around = around
  }

  /** See what is allowed; the person may have changed it in the browser. */
  look(): void {
    this.permission = this.#around.permission()
  }

  /** To be called from a click: the browser asks once and remembers the answer. */
  async ask(): Promise<void> {
    this.look()
    if (this.permission === 'default') this.permission = await this.#around.ask()
  }

  /** This rings now, or nothing does; asked again for the same call, nothing changes. */
  tell(told: Told | null): void {
    if (told === null) {
      this.#shown?.close()
      this.#shown = this.#key = null
      return
    }
    if (told.key === this.#key) return
    this.tell(null)
    this.#key = told.key
    this.look()
    if (this.permission !== 'granted' || this.#around.inFront()) return
    try {
      this.#shown = this.#around.show(told, () => {
        this.#around.toFront()
        this.#shown?.close()
      })
    } catch (error) {
      // Phones' browsers have the name but not the thing.
      console.info('the notification could not be shown:', error)
    }
  }
}
