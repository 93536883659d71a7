/** An item as the server writes it, its parts by path, and how two states of it differ. Pure. */

/** As in a configuration file: texts, numbers, flags, lists and mappings. */
export type Item = Record<string, unknown>

/** Where a value stands: `register.user_name`, `dispositions.0.key`. */
export type Path = string

export interface Difference {
  name: string
  before: string
  after: string
}

export function valueAt(item: unknown, path: Path): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined,
      item,
    )
}

/** The item with another value at a path; mappings on the way are made when they are missing. */
export function withValue(item: Item, path: Path, value: unknown): Item {
  const [name = '', ...rest] = path.split('.')
  const inner = item[name]
  const next =
    rest.length === 0
      ? value
      : Array.isArray(inner)
        ? inner.map((one, index) =>
            String(index) === rest[0]
              ? rest.length === 1
                ? value
                : withValue(one as Item, rest.slice(1).join('.'), value)
              : one,
          )
        : withValue((inner ?? {}) as Item, rest.join('.'), value)
  return { ...item, [name]: next }
}

/** Without what says nothing: empty texts, lists and mappings; an absent field and an empty one are the same. */
export function cleaned(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item)
      .map(([name, value]) => [name, isMapping(value) ? cleaned(value) : value] as const)
      .filter(([, value]) => !isEmpty(value)),
  )
}

export function sameItem(one: Item, other: Item): boolean {
  return written(cleaned(one)) === written(cleaned(other))
}

/** What differs, a line per field, in the order in which the later one has them. */
export function differences(before: Item, after: Item): Difference[] {
  const [old, next] = [cleaned(before), cleaned(after)]
  const names = [...new Set([...Object.keys(next), ...Object.keys(old)])]
  return names
    .filter((name) => written(old[name]) !== written(next[name]))
    .map((name) => ({ name, before: short(shown(old[name])), after: short(shown(next[name])) }))
}

const LONGEST = 160

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text
}

/** A value in one line for people; `nothing` where there is none. */
export function shown(value: unknown): string {
  if (isEmpty(value)) return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (!isMapping(value)) return String(value)
  if (isSecret(value)) return 'new' in value ? 'a new secret' : 'a secret'
  if (typeof value['name'] === 'string') return value['name']
  return Object.entries(value)
    .map(([inner, part]) => `${inner.replaceAll('_', ' ')} ${shown(part)}`)
    .join(', ')
}

/** Whether a value is a secret, or where one is kept: nobody sees more of it than that. */
export function isSecret(value: unknown): value is Item {
  return isMapping(value) && ['new', 'env', 'file', 'kept'].some((place) => typeof value[place] === 'string')
}

function isMapping(value: unknown): value is Item {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isMapping(value) && Object.keys(value).length === 0
}

/** The same text for the same value, whatever the order of its fields. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isMapping(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}

/** A key made of a name: `Sales & Service` -> `sales-service`. */
export function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
}
