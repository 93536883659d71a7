/** The desk's keys. They use Alt, so that none of them is ever typed into a note by accident. */

export type DeskAct = 'accept' | 'reject' | 'hold' | 'mute' | 'hang-up' | 'finish' | 'keys' | 'hand-over'

/** Physical keys: on a Mac, Alt+A types a letter of its own. */
const ACTS: Record<string, DeskAct> = {
  KeyA: 'accept',
  KeyR: 'reject',
  KeyH: 'hold',
  KeyM: 'mute',
  KeyX: 'hang-up',
  KeyW: 'finish',
  KeyK: 'keys',
  KeyO: 'hand-over',
}

export const KEYS: Record<DeskAct, string> = {
  accept: 'Alt+A',
  reject: 'Alt+R',
  hold: 'Alt+H',
  mute: 'Alt+M',
  'hang-up': 'Alt+X',
  finish: 'Alt+W',
  keys: 'Alt+K',
  'hand-over': 'Alt+O',
}

type Pressed = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat'>

export function deskAct(pressed: Pressed): DeskAct | null {
  const { code, altKey, ctrlKey, metaKey, shiftKey, repeat } = pressed
  if (!altKey || ctrlKey || metaKey || shiftKey || repeat) return null
  return ACTS[code] ?? null
}
