/** Which microphone, headset and ring device to use among those that are there: pure rules over a list. */

export type Use = 'microphone' | 'headset' | 'ring'

/** A device as it is remembered. The id may change when permissions are reset; the label then still finds it. */
export interface Wanted {
  id: string
  label: string
}

/** The device that the operating system would take. */
export const SYSTEM: Wanted = { id: '', label: '' }

export type Device = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>

const KINDS: Record<Use, MediaDeviceKind> = {
  microphone: 'audioinput',
  headset: 'audiooutput',
  ring: 'audiooutput',
}

/** Chromium lists the system's choices once more under these ids; ours is `SYSTEM`. */
const ALIASES: ReadonlySet<string> = new Set(['default', 'communications', ''])

/** The devices that can be chosen for this use, in the browser's order. */
export function choices(devices: readonly Device[], use: Use): Wanted[] {
  return devices
    .filter(({ kind, deviceId }) => kind === KINDS[use] && !ALIASES.has(deviceId))
    .map(({ deviceId, label }, at) => ({ id: deviceId, label: label || `Device ${at + 1}` }))
}

/** Whether the system has any device for this use. */
export function exists(devices: readonly Device[], use: Use): boolean {
  return devices.some(({ kind }) => kind === KINDS[use])
}

/** The id to open for what is wanted: of the same id, else the same label, else the system's choice ('' ). */
export function present(devices: readonly Device[], use: Use, wanted: Wanted): string {
  if (wanted.id === SYSTEM.id) return SYSTEM.id
  const there = choices(devices, use)
  const found =
    there.find(({ id }) => id === wanted.id) ??
    (wanted.label ? there.find(({ label }) => label === wanted.label) : undefined)
  return found?.id ?? SYSTEM.id
}

/** Whether something particular is wanted and not there just now. */
export function missing(devices: readonly Device[], use: Use, wanted: Wanted): boolean {
  return wanted.id !== SYSTEM.id && present(devices, use, wanted) === SYSTEM.id
}
