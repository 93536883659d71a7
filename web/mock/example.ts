/** Made-up people, queues and contacts for the mock. The numbers are from ranges reserved for fiction. */

import type {
  AgentState,
  Board,
  BoardFigures,
  ConfigurationChange,
  ContactRecord,
  ContactRow,
  DeskEngagement,
  DeskOffer,
  DeskState,
  Micros,
  OfferWhy,
  TryIt,
} from '../src/lib/api/types.ts'

const S = 1_000_000
const DAY = 86_400 * S
const NAMES = (
  'Ada Agent,Ben Okafor,Carla Rossi,Dmitri Petrov,Elif Demir,Farah Haddad,Goran Ilić,Hana Sato,' +
  'Ines Costa,Jonas Weber,Kofi Mensah,Lena Novak,Maya Singh,Noah Klein,Olga Ivanova,Pablo Ruiz,' +
  'Quinn Murphy,Rosa Marin,Stefan Kolev,Tara Byrne,Ugo Conti,Vera Horvat,Wim de Vries,Yara Aziz'
).split(',')

const WHY: OfferWhy = {
  strategy: 'longest idle',
  score: 312,
  others: 2,
  excluded: { engaged: 7, paused: 3 },
  waited: 48 * S,
}

export function desk(now: Micros): DeskState {
  return {
    agent: {
      id: 'a1',
      name: 'Ada Agent',
      state: 'available',
      reason: null,
      since: now - 252 * S,
      until: null,
      next_state: null,
      next_reason: null,
      reach: 'browser',
      reachable: true,
    },
    states: [
      { state: 'available', reason: null, name: 'Available' },
      { state: 'paused', reason: 'break', name: 'Break' },
      { state: 'paused', reason: 'training', name: 'Training' },
      { state: 'paused', reason: 'back-office', name: 'Back office' },
    ],
    offer: null,
    engagement: null,
    server_now: now,
  }
}

export function offer(number: number, now: Micros): DeskOffer {
  return {
    offer: number,
    fence: 1,
    contact: 'k9',
    queue_name: 'Support',
    client_name: 'Northwind',
    number: '+442079460958',
    customer_name: 'Margaret Hamilton',
    steps: ['2 Support', '1 Something is broken'],
    earlier: 3,
    why: WHY,
    made_at: now,
    deadline: now + 20 * S,
  }
}

export function engagement(from: DeskOffer, now: Micros): DeskEngagement {
  return {
    engagement: 'e1',
    contact: from.contact,
    offer: from.offer,
    fence: from.fence,
    queue_name: from.queue_name,
    client_name: from.client_name,
    number: from.number,
    customer: {
      id: 'c1',
      name: from.customer_name,
      note: 'Prefers to be called Peggy. Deaf on the left ear.',
      known_since: now - 210 * DAY,
    },
    state: 'talking',
    since: now,
    started_at: now,
    ring_time: 6 * S,
    wrap_up_deadline: null,
    dispositions: [
      { key: 'solved', name: 'Solved' },
      { key: 'call-back', name: 'Call back' },
      { key: 'passed-on', name: 'Passed on' },
      { key: 'wrong-number', name: 'Wrong number' },
    ],
    disposition: null,
    note: '',
    muted: false,
    steps: from.steps,
    troubles: [],
    recording: 'on',
    earlier: [
      {
        contact: 'k3',
        arrived_at: now - 3 * DAY,
        queue_name: 'Support',
        agent_name: 'Ben Okafor',
        how: 'answered',
        disposition: 'Call back',
        note: 'Asked whether the replacement has been sent. Promised a call by Thursday.',
      },
      {
        contact: 'k2',
        arrived_at: now - 4 * DAY,
        queue_name: 'Support',
        agent_name: null,
        how: 'abandoned',
        disposition: null,
        note: '',
      },
      {
        contact: 'k1',
        arrived_at: now - 41 * DAY,
        queue_name: 'Orders',
        agent_name: 'Hana Sato',
        how: 'answered',
        disposition: 'Solved',
        note: 'Changed the delivery address.',
      },
    ],
  }
}

const STATES: AgentState[] = [
  'available',
  'engaged',
  'engaged',
  'engaged',
  'wrap-up',
  'paused',
  'offered',
  'engaged',
  'available',
  'engaged',
  'not responding',
  'signed out',
]

export function board(now: Micros): Board {
  return {
    queues: [
      ['Support', 'Northwind', 4, 96, 1, 11, 2],
      ['Orders', 'Northwind', 1, 21, 0, 8, 2],
      ['Billing', 'Northwind', 0, null, 0, 5, 1],
      ['Reservations', 'Hotel Aurora', 2, 44, 1, 6, 0],
      ['Night desk', 'Hotel Aurora', 0, null, 0, 0, 0],
    ].map(([name, client, waiting, longest, offered, signed_in, available]) => ({
      id: `q-${name}`,
      name: String(name),
      client: String(client),
      client_id: `k-${client}`,
      waiting: Number(waiting),
      longest_since: longest === null ? null : now - Number(longest) * S,
      offered: Number(offered),
      signed_in: Number(signed_in),
      available: Number(available),
      targets: {
        level: 80,
        waiting: { warn: 3, alarm: 6 },
        longest_wait: { warn: 45 * S, alarm: 2 * 60 * S },
        service_level: { warn: 80, alarm: 60 },
      },
    })),
    agents: NAMES.map((name, at) => {
      const state = STATES[at % STATES.length] ?? 'available'
      return {
        id: `a${at + 1}`,
        name,
        state,
        reason: state === 'paused' ? (at % 2 ? 'Break' : 'Training') : null,
        since: now - (20 + ((at * 97) % 900)) * S,
        longest: state === 'paused' ? 600 * S : null,
        reachable: at !== 12,
        queue: ['engaged', 'offered', 'wrap-up'].includes(state)
          ? (['Support', 'Orders', 'Reservations'][at % 3] ?? null)
          : null,
        contact: state === 'engaged' || state === 'wrap-up' ? `k${at + 1}` : null,
        team: at % 3 === 0 ? 't-early' : 't-late',
        queues: [['q-Support', 'q-Orders', 'q-Reservations'][at % 3] ?? ''],
        troubles: [],
      }
    }),
    figures: [
      figures('whole', 412, 371, 33, 0.873, now),
      figures('k-Northwind', 298, 271, 21, 0.891, now),
      figures('k-Hotel Aurora', 114, 100, 12, 0.826, now),
      figures('q-Support', 173, 158, 12, 0.884, now),
      figures('q-Orders', 88, 80, 6, 0.912, now),
      figures('q-Billing', 37, 33, 3, 0.865, now),
      figures('q-Reservations', 96, 85, 9, 0.792, now),
      figures('q-Night desk', 18, 15, 3, 0.944, now),
    ],
    filter: { client: null, queue: null, team: null },
    server_now: now,
  }
}

function figures(
  id: string,
  offered: number,
  answered: number,
  abandoned: number,
  service_level: number,
  now: Micros,
): BoardFigures {
  const midnight = new Date(now / 1000).setHours(0, 0, 0, 0) * 1000
  return {
    id,
    since: midnight,
    until: midnight + 24 * 3600 * S,
    offered,
    answered,
    abandoned,
    other: offered - answered - abandoned,
    service_level,
    formula: 'service level, offered/1',
    formula_text: '(answered <= T + abandoned <= T) / (answered + abandoned)',
    threshold: 20 * S,
    asa: 14 * S,
    aht: 262 * S,
    longest_wait: 341 * S,
  }
}

const ENDS = ['answered', 'answered', 'abandoned', 'answered', 'left', 'finished', 'answered', 'media lost']
const BECAME: Record<string, string> = {
  abandoned: 'abandoned in line',
  left: 'lost in the menu',
  finished: 'served by the menu',
}

function row(at: number, now: Micros): ContactRow {
  const how = at === 0 ? null : (ENDS[at % ENDS.length] ?? null)
  const talked = how === 'answered' || how === null
  const arrived_at = now - (60 + at * 431) * S
  return {
    id: `k${at + 1}`,
    channel: 'voice',
    client: at % 4 === 3 ? 'Hotel Aurora' : 'Northwind',
    number: at % 7 === 5 ? null : `+4420794609${String(10 + at)}`,
    customer: at % 7 === 5 ? null : `c${at}`,
    customer_name: at % 3 === 0 ? (NAMES[(at * 5) % NAMES.length] ?? null) : null,
    arrived_at,
    closed_at: how === null ? null : arrived_at + (35 + ((at * 53) % 400)) * S,
    how,
    why: null,
    end: how === null ? null : (BECAME[how] ?? how),
    entrance: '+442079460000',
    agent: talked ? `a${at % NAMES.length}` : null,
    queue_name: how === 'left' ? null : (['Support', 'Orders', 'Billing'][at % 3] ?? null),
    agent_name: talked ? (NAMES[at % NAMES.length] ?? null) : null,
  }
}

function record(now: Micros): ContactRecord {
  const at = now - 640 * S
  return {
    ...row(1, now),
    number: '+442079460958',
    customer_name: 'Margaret Hamilton',
    agent_name: 'Ben Okafor',
    arrived_at: at,
    closed_at: at + 331 * S,
    how: 'answered',
    steps: [{ at, flow: 'main', kind: 'menu', said: '2: orders' }],
    parts: [],
    visits: [
      {
        id: 'v1',
        queue: 'q1',
        queue_name: 'Support',
        entered_at: at + 6 * S,
        left_at: at + 58 * S,
        how: 'answered',
      },
    ],
    offers: [
      {
        offer: 41,
        visit: 'v1',
        agent: 'a1',
        agent_name: 'Ada Agent',
        made_at: at + 20 * S,
        ended_at: at + 40 * S,
        end: 'no answer',
        why: WHY,
      },
      {
        offer: 42,
        visit: 'v1',
        agent: 'a2',
        agent_name: 'Ben Okafor',
        made_at: at + 52 * S,
        ended_at: at + 58 * S,
        end: 'accepted',
        why: { ...WHY, score: 75, others: 0 },
      },
    ],
    engagements: [
      {
        id: 'e1',
        agent: 'a2',
        agent_name: 'Ben Okafor',
        role: 'primary',
        opened_at: at + 58 * S,
        talk_ended_at: at + 331 * S,
        closed_at: at + 360 * S,
        ring_time: 6 * S,
        talk_time: 233 * S,
        hold_time: 40 * S,
        wrap_up_time: 29 * S,
        holds: 1,
        ended_by: 'customer',
        wrap_up_end: 'finished',
        sound: { bad_time: 12 * S, loss: 0.08, jitter: 0.031, sides: ['caller'] },
        disposition: 'Call back',
        note: 'Asked whether the replacement has been sent.\nPromised a call by Thursday.',
      },
    ],
  }
}

const listed = (key: string, name: string, more: object = {}) => ({
  id: `i-${key}`,
  key,
  name,
  client: null,
  roles: [],
  user_name: null,
  version: null,
  retired: false,
  ...more,
})

export function lookUp({ pathname: path, searchParams }: URL, now: Micros): unknown {
  if (path === '/api/contacts') {
    const length = Math.min(24, Number(searchParams.get('limit') ?? 50))
    return { contacts: Array.from({ length }, (_, at) => row(at, now)), after: 'next', total: null }
  }
  if (path.startsWith('/api/contacts/')) return record(now)
  if (path.startsWith('/api/customers/')) return {}
  if (path === '/api/board/choices') {
    const named = (id: string, name: string, client: string | null = null) => ({ id, name, client })
    const { queues } = board(now)
    return {
      clients: [named('k-Northwind', 'Northwind'), named('k-Hotel Aurora', 'Hotel Aurora')],
      queues: queues.map(({ id, name, client_id }) => named(id, name, client_id)),
      teams: [named('t-early', 'Early team'), named('t-late', 'Late team')],
    }
  }
  if (path === '/api/queues') return { items: [listed('support', 'Support'), listed('orders', 'Orders')] }
  if (path === '/api/flows') {
    return {
      items: [
        listed('main', 'Main line', { client: 'Northwind', version: 3 }),
        listed('night', 'Night', { client: 'Hotel Aurora', version: 1 }),
      ],
    }
  }
  return undefined
}

export const TRY_IT: TryIt = {
  open: true,
  numbers: [
    { number: '+442079460100', name: 'Northwind, main line' },
    { number: '+442079460101', name: 'Hotel Aurora' },
  ],
}

export const CHANGES: ConfigurationChange[] = [
  { kind: 'queue', key: 'support', what: 'changed', fields: ['ring_time', 'wrap_up'] },
  { kind: 'queue', key: 'returns', what: 'created', fields: [] },
  { kind: 'person', key: 'ben', what: 'changed', fields: ['skills'] },
  { kind: 'flow', key: 'night', what: 'retired', fields: [] },
]

export const YAML = `# Exported by Switchboard
organization: {key: demo, name: Demo}
clients:
  - {key: northwind, name: Northwind, time_zone: Europe/London, region: GB}
  - {key: aurora, name: Hotel Aurora, time_zone: Europe/Lisbon, region: PT}
skills:
  - {key: english, name: English}
reasons:
  - {key: break, name: Break}
  - {key: training, name: Training}
queues:
  - key: support
    client: northwind
    name: Support
    ring_time: 20s
    max_wait: 10m
    wrap_up: 45s
    service_level: 20s
    strategy: longest idle
    requires: {english: 3}
    dispositions:
      - {key: solved, name: Solved}
      - {key: call-back, name: Call back}
flows:
  - key: main
    client: northwind
    name: Main line
    language: en
    steps:
      - say: {text: Welcome to Northwind. The next free colleague will be with you.}
      - enqueue:
          queue: support
          nobody:
            - say: {text: Nobody is here just now. Please call again in the morning.}
            - hangup: {}
  - key: night
    client: aurora
    name: Night
    language: en
    steps:
      - say: {text: The desk opens at seven.}
      - hangup: {}
numbers:
  - {number: "+442079460100", client: northwind, flow: main}
`
