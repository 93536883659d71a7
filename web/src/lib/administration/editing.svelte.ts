/** One item while it is edited: what it was, what it shall be, and what the server has against it. */

import { api, ApiError, textOf } from '../api/client.ts'
import type { AdministrationItem, ChangeTrial, ItemChange, ItemSaved } from '../api/types.ts'
import { cleaned, differences, sameItem, valueAt, withValue, type Item, type Path } from './item.ts'

export interface Fault {
  field: string
  text: string
}

export class Editing {
  readonly section: string
  /** The field that is the key. */
  readonly label: string
  draft: Item = $state.raw({})
  /** As the server has it; empty for a new one. */
  original: Item = $state.raw({})
  revision: string | null = $state(null)
  faults: Fault[] = $state.raw([])
  /** What is wrong with the whole, or with a field that nothing on the page shows. */
  error: string | null = $state(null)
  /** The item as somebody else has changed it since it was read. */
  theirs: AdministrationItem | null = $state.raw(null)
  /** What the last save changed. */
  saved: ItemChange[] | null = $state.raw(null)
  busy = $state(false)
  /** Asked before each save: what was typed last is taken over, too. False when it may not be saved. */
  settle: (() => Promise<boolean>) | null = null
  /** Takes another text in the place of what is being written, where the thing is written as text. */
  write: ((text: string) => void) | null = null
  #shown = new Set<Path>()
  /** The key that the server has it under; null for a new one. */
  #known: string | null = $state(null)

  readonly isNew = $derived(this.revision === null)
  readonly dirty = $derived(!sameItem(this.draft, this.original))
  readonly changes = $derived(differences(this.original, this.draft))

  constructor(section: string, label: string, item: AdministrationItem | null, start: Item = {}) {
    this.section = section
    this.label = label
    if (item) this.#take(item)
    else this.draft = this.original = start
  }

  get key(): string {
    // A setting of the organization has no field that is its key.
    return this.#known ?? String(this.draft[this.label] ?? '')
  }

  value<T = unknown>(path: Path): T | undefined {
    return valueAt(this.draft, path) as T | undefined
  }

  set(path: Path, value: unknown): void {
    this.draft = withValue(this.draft, path, value)
    this.faults = this.faults.filter((fault) => !covers(path, fault.field) && !covers(fault.field, path))
    this.saved = null
  }

  /** What is wrong with a field, or with something inside it. */
  fault(path: Path): string | null {
    const found = this.faults.filter((fault) => covers(path, fault.field))
    return found.length === 0 ? null : found.map((fault) => fault.text).join('; ')
  }

  /** A control on the page shows this field's faults. Returns what takes it back. */
  shows(path: Path): () => void {
    this.#shown.add(path)
    return () => this.#shown.delete(path)
  }

  discard(): void {
    this.draft = this.original
    this.#forget()
  }

  /** It is something else now: an earlier version was brought back. */
  became(item: AdministrationItem): void {
    this.#take(item)
    this.#forget()
  }

  /** Take what somebody else has made of it; what was typed here is gone. */
  takeTheirs(): void {
    if (this.theirs) this.#take(this.theirs)
    this.#forget()
  }

  /** Go on with what was typed here: the next save replaces theirs. */
  keepMine(): void {
    if (!this.theirs) return
    this.original = this.theirs.item
    this.revision = this.theirs.revision
    this.#forget()
  }

  /** True when it was saved; otherwise the faults say why not. */
  async save(): Promise<boolean> {
    if (this.settle && !(await this.settle())) return false
    return this.#attempt(async () => {
      const body = { item: cleaned(this.draft), revision: this.revision }
      const saved = await api.put<ItemSaved>(this.#path(), body)
      if (saved.item) this.#take(saved.item)
      this.#forget()
      this.saved = saved.changes
    })
  }

  /** Begins a trial of what stands in the form; throws what the server has against it, its faults at their fields. */
  async tried(date: string | null): Promise<ChangeTrial> {
    try {
      const body = { section: this.section, key: this.key, item: cleaned(this.draft), date }
      return await api.post<ChangeTrial>('/api/trials', body)
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.faults.length > 0) this.faults = thrown.faults
      throw thrown
    }
  }

  /** What retiring would change, null when it is refused. */
  async retiring(): Promise<ItemChange[] | null> {
    let found: ItemChange[] | null = null
    await this.#attempt(async () => (found = (await this.#retire(true)).changes))
    return found
  }

  async retire(): Promise<boolean> {
    return this.#attempt(async () => void (await this.#retire(false)))
  }

  #retire(dryRun: boolean): Promise<ItemSaved> {
    return api.delete<ItemSaved>(`${this.#path()}?revision=${this.revision ?? ''}&dry_run=${dryRun}`)
  }

  #path(): string {
    return `/api/administration/${this.section}/${encodeURIComponent(this.key)}`
  }

  #take(item: AdministrationItem): void {
    this.original = item.item
    this.draft = item.item
    this.revision = item.revision
    this.#known = item.key
  }

  #forget(): void {
    this.faults = []
    this.error = null
    this.theirs = null
    this.saved = null
  }

  async #attempt(act: () => Promise<unknown>): Promise<boolean> {
    if (this.key === '') {
      this.faults = [{ field: this.label, text: `the field '${this.label}' is missing` }]
      this.error = this.#unshown()
      return false
    }
    this.busy = true
    try {
      await act()
      return true
    } catch (thrown) {
      this.#refused(thrown)
      return false
    } finally {
      this.busy = false
    }
  }

  #refused(thrown: unknown): void {
    this.#forget()
    if (!(thrown instanceof ApiError)) {
      this.error = textOf(thrown)
      return
    }
    this.theirs = thrown.present
    const { faults, field } = thrown
    this.faults =
      faults.length > 0 ? faults : field && thrown.status === 422 ? [{ field, text: thrown.message }] : []
    this.error = this.theirs ? null : this.faults.length > 0 ? this.#unshown() : thrown.message
  }

  /** The faults that no control on the page shows. */
  #unshown(): string | null {
    const lost = this.faults.filter((fault) => ![...this.#shown].some((path) => covers(path, fault.field)))
    return lost.length === 0
      ? null
      : lost.map((fault) => (fault.field ? `${fault.field}: ${fault.text}` : fault.text)).join('\n')
  }
}

/** Whether `inner` is the field `path` or lies inside it. */
function covers(path: Path, inner: Path): boolean {
  return inner === path || inner.startsWith(`${path}.`)
}
