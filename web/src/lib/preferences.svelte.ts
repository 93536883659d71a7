/** How the screen shall look; kept in this browser. Sound has settings of its own, in `media`. */

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'

interface Kept {
  theme: Theme
  density: Density
}

const KEY = 'switchboard.preferences'
const FIRST: Kept = { theme: 'system', density: 'comfortable' }

function read(): Kept {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>) }
  } catch (error) {
    // Storage that is closed to us or spoiled must not keep anybody from working.
    console.info('preferences start afresh:', error)
    return FIRST
  }
}

export class Preferences {
  #kept: Kept = $state(read())

  constructor() {
    this.#show()
  }

  get theme(): Theme {
    return this.#kept.theme
  }
  get density(): Density {
    return this.#kept.density
  }

  change(changed: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...changed }
    this.#show()
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept))
    } catch (error) {
      console.info('preferences hold until the page is closed:', error)
    }
  }

  #show(): void {
    const root = document.documentElement.dataset
    if (this.#kept.theme === 'system') delete root['theme']
    else root['theme'] = this.#kept.theme
    root['density'] = this.#kept.density
  }
}

export const preferences = new Preferences()
