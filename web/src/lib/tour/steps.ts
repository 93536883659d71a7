/** What the tour of the example center shows, and where its card stands. Pure, so that it can be tested as a table. */

export interface TourStep {
  /** `data-tour` of what is explained; null for a word that belongs to no place. */
  anchor: string | null
  title: string
  text: string
  /** Where to try it, opened beside this page. */
  link?: { href: string; text: string }
}

const CALL: TourStep = {
  anchor: null,
  title: 'Now ring yourself',
  text: 'Open the try-it page in a second window, press Call, and come back: the call rings here within seconds.',
  link: { href: '/try-it', text: 'Open the try-it page' },
}

const TOURS: Record<string, readonly TourStep[]> = {
  desk: [
    {
      anchor: 'state',
      title: 'Your state, always in sight',
      text: 'Start work to get calls, pause with a reason, end your day. Everybody who plans sees the same state.',
    },
    {
      anchor: 'reach',
      title: 'Where calls ring',
      text: 'In this browser with its microphone, or on the SIP phone that is set up for you. Change it at any time.',
    },
    {
      anchor: 'sound',
      title: 'Check the sound first',
      text: 'Choose microphone and headset, see the level move, hear a test sound. It takes ten seconds.',
    },
    {
      anchor: 'recent',
      title: 'What you did last',
      text: 'Your latest contacts. A click opens the record: the way through the menu, the wait, the talk, your note.',
    },
    CALL,
  ],
  board: [
    {
      anchor: 'tiles',
      title: 'The day at a glance',
      text: 'Who waits, for how long, how many were served in time. Each number opens the contacts behind it.',
    },
    {
      anchor: 'queues',
      title: 'Every line',
      text: 'A line turns amber or red, with a word, when it passes the threshold that you set for it.',
    },
    {
      anchor: 'people',
      title: 'Everybody at work',
      text: 'State, time in state and the contact at hand. Whoever is over his time is marked.',
    },
    CALL,
  ],
  administration: [
    {
      anchor: 'sections',
      title: 'Everything is set here',
      text: 'People, lines, menus, numbers and trunks. Each change is checked before it holds, and can be seen later.',
    },
    {
      anchor: null,
      title: 'Or in one file',
      text: 'The whole configuration is a YAML file: take it out, change it, see the difference, bring it into force.',
    },
  ],
}

/** The tour of a page, without steps whose place is not on it just now; empty for a page that has none. */
export function tourOf(page: string, present: (anchor: string) => boolean): TourStep[] {
  return (TOURS[page] ?? []).filter((step) => step.anchor === null || present(step.anchor))
}

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

const GAP = 14
const EDGE = 12

/** Left and top of a card beside a box: below it, else above it, else in the middle, always inside the view. */
export function beside(
  box: Box | null,
  card: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  if (box === null) {
    return { left: (view.width - card.width) / 2, top: (view.height - card.height) / 2 }
  }
  const left = Math.max(EDGE, Math.min(box.left, view.width - card.width - EDGE))
  const below = box.top + box.height + GAP
  if (below + card.height + EDGE <= view.height) return { left, top: below }
  const above = box.top - GAP - card.height
  if (above >= EDGE) return { left, top: above }
  return { left, top: Math.max(EDGE, view.height - card.height - EDGE) }
}

const KEY = 'switchboard.tour'

/** Whether this person has taken or declined the tour of this page in this browser. */
export function seen(storage: Pick<Storage, 'getItem'>, person: string, page: string): boolean {
  return storage.getItem(`${KEY}.${person}.${page}`) !== null
}

export function remember(storage: Pick<Storage, 'setItem'>, person: string, page: string): void {
  storage.setItem(`${KEY}.${person}.${page}`, 'seen')
}
