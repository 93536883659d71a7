/** What the administration has, in the order of its list: a line here makes a section. */

import type { Component } from 'svelte'
import AuditPage from './pages/Audit.svelte'
import ChangesPage from './pages/Changes.svelte'
import ClientsPage from './pages/Clients.svelte'
import CodesPage from './pages/Codes.svelte'
import DelaysPage from './pages/Delays.svelte'
import FlowsPage from './pages/Flows.svelte'
import HoursPage from './pages/Hours.svelte'
import NumbersPage from './pages/Numbers.svelte'
import PeoplePage from './pages/People.svelte'
import PhonesPage from './pages/Phones.svelte'
import QueuesPage from './pages/Queues.svelte'
import ReasonsPage from './pages/Reasons.svelte'
import SkillsPage from './pages/Skills.svelte'
import SoundsPage from './pages/Sounds.svelte'
import TeamsPage from './pages/Teams.svelte'
import TrunksPage from './pages/Trunks.svelte'
import WholePage from './pages/Whole.svelte'

export interface Section {
  /** In the path: `/administration/queues`. */
  name: string
  title: string
  group: 'People' | 'Work' | 'Telephone' | 'Everything'
  /** key: the rest of the path, null for the list. */
  page: Component<{ key: string | null }>
}

export const SECTIONS: readonly Section[] = [
  { name: 'people', title: 'People', group: 'People', page: PeoplePage },
  { name: 'teams', title: 'Teams', group: 'People', page: TeamsPage },
  { name: 'phones', title: 'Phones', group: 'People', page: PhonesPage },
  { name: 'clients', title: 'Clients', group: 'Work', page: ClientsPage },
  { name: 'queues', title: 'Queues', group: 'Work', page: QueuesPage },
  { name: 'skills', title: 'Skills', group: 'Work', page: SkillsPage },
  { name: 'reasons', title: 'Reasons', group: 'Work', page: ReasonsPage },
  { name: 'delays', title: 'After a missed offer', group: 'Work', page: DelaysPage },
  { name: 'numbers', title: 'Numbers', group: 'Telephone', page: NumbersPage },
  { name: 'flows', title: 'Flows', group: 'Telephone', page: FlowsPage },
  { name: 'sounds', title: 'Sounds', group: 'Telephone', page: SoundsPage },
  { name: 'hours', title: 'Opening hours', group: 'Telephone', page: HoursPage },
  { name: 'codes', title: 'Emergency codes', group: 'Telephone', page: CodesPage },
  { name: 'trunks', title: 'Trunks', group: 'Telephone', page: TrunksPage },
  { name: 'changes', title: 'Changes', group: 'Everything', page: ChangesPage },
  { name: 'audit', title: 'Audit', group: 'Everything', page: AuditPage },
  { name: 'file', title: 'As one file', group: 'Everything', page: WholePage },
]

export const GROUPS = ['People', 'Work', 'Telephone', 'Everything'] as const
