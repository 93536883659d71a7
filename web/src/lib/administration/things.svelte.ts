/** The items of each section, read once and again after each change. */

import { api } from '../api/client.ts'
import type { AdministrationItem, AdministrationItems } from '../api/types.ts'
import { notices } from '../notices.svelte.ts'

class Things {
  #sections: Record<string, AdministrationItems | undefined> = $state({})
  #loading = new Map<string, Promise<void>>()

  /** A section as far as it has been read; null before. Ask `load` for it. */
  of(section: string): AdministrationItems | null {
    return this.#sections[section] ?? null
  }

  items(section: string): AdministrationItem[] {
    return this.#sections[section]?.items ?? []
  }

  /** How a thing is called: its name, else its key. */
  name(section: string, key: string): string {
    const found = this.items(section).find((one) => one.key === key)
    return String(found?.item['name'] ?? key)
  }

  /** Read a section; a failure is shown as a notice. */
  async load(section: string): Promise<void> {
    const running = this.#loading.get(section) ?? this.#read(section)
    this.#loading.set(section, running)
    await running
  }

  /** Something changed: whatever is shown is read again. */
  async refresh(): Promise<void> {
    await Promise.all(Object.keys(this.#sections).map((section) => this.load(section)))
  }

  async #read(section: string): Promise<void> {
    try {
      await notices.attempt(async () => {
        this.#sections[section] = await api.get<AdministrationItems>(`/api/administration/${section}`)
      })
    } finally {
      this.#loading.delete(section)
    }
  }
}

export const things = new Things()
