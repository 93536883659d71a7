/**
 * What goes over the wire, by the names that the pages use. The shapes are the server's own: `npm run api` writes
 * `openapi.ts` from its description, and whatever no longer fits fails the check. Times are UTC epoch
 * microseconds and spans are microseconds, whole numbers below 2**53.
 */

import type { components } from './openapi.ts'

type Schemas = components['schemas']

/** UTC epoch microseconds, or a span of them. */
export type Micros = number

export type Problem = Schemas['Problem']
export type Role = Schemas['Role']
export type Session = Schemas['Session']
export type SessionPerson = Schemas['SessionPerson']

// -- the desk

export type Reach = Schemas['Reach']
export type AgentState = Schemas['AgentState']
/** The states an agent may ask for; the others come about by themselves. */
export type ChosenState = DeskChoice['state']
export type EngagementState = DeskEngagement['state']
export type DeskAgent = Schemas['DeskAgent']
export type DeskChoice = Schemas['DeskChoice']
export type OfferWhy = Schemas['OfferWhy']
export type DeskOffer = Schemas['DeskOffer']
export type CustomerRef = Schemas['CustomerRef']
export type DeskEngagement = Schemas['DeskEngagement']
export type DeskWork = Schemas['DeskWork']
export type LineTrouble = Schemas['LineTrouble']
export type DeskState = Schemas['DeskState']
export type MediaAnswer = Schemas['MediaAnswer']
export type WrapUp = Schemas['WrapUp']
export type Handed = Schemas['Handed']
export type HandOverTarget = Schemas['HandOverTarget']
export type HandOverTargets = Schemas['HandOverTargets']
export type HandOverAsked = Schemas['HandOverAsked']

// -- the board

export type BoardQueue = Schemas['BoardQueue']
export type BoardAgent = Schemas['BoardAgent']
export type BoardFigures = Schemas['BoardFigures']
export type BoardEstimates = Schemas['BoardEstimates']
export type BoardLimits = Schemas['BoardLimits']
export type BoardFilter = Schemas['BoardFilter']
export type BoardDays = NonNullable<BoardFilter['days']>
export type BoardAgentTimes = Schemas['BoardAgentTimes']
export type BoardTimes = Schemas['BoardTimes']
export type BoardPattern = Schemas['BoardPattern']
export type BoardPatterns = Schemas['BoardPatterns']
export type BoardEntrance = Schemas['BoardEntrance']
export type BoardEntrances = Schemas['BoardEntrances']
export type BoardChoices = Schemas['BoardChoices']
export type Board = Schemas['Board']
export type WaitingContact = Schemas['WaitingContact']
export type InLine = Schemas['InLine']
export type WhyAgent = Schemas['WhyAgent']
/** Whose explanation a page follows. */
export type Question = Schemas['Question']
export type Explanation = Schemas['Explanation']
export type AgentSkills = Schemas['AgentSkills']
export type SkillOfAgent = Schemas['SkillOfAgent']
export type StuckThing = Schemas['StuckThing']

// -- afterwards

export type ContactRow = Schemas['ContactRow']
export type ContactList = Schemas['ContactList']
export type ContactRecord = Schemas['ContactRecord']
export type Satisfaction = Schemas['Satisfaction']
export type Ends = Schemas['Ends']
export type DeskCallback = Schemas['DeskCallback']
export type JoinedContact = Schemas['JoinedContact']
export type JoinedContacts = Schemas['JoinedContacts']
export type CallbackState = Schemas['CallbackState']
export type CallbackRow = Schemas['CallbackRow']
export type CallbackList = Schemas['CallbackList']
export type CallbackQueue = Schemas['CallbackQueue']
export type CallbackQueues = Schemas['CallbackQueues']
export type AgentDay = Schemas['AgentDay']
export type OfferRecord = Schemas['OfferRecord']
export type CustomerChange = Schemas['CustomerChange']
export type CustomerRecord = Schemas['CustomerRecord']
export type EngagementRecord = Schemas['EngagementRecord']
export type SoundRecord = Schemas['SoundRecord']

export type RecordingItem = Schemas['RecordingItem']
export type RecordingList = Schemas['RecordingList']
export type RecordingWaveform = Schemas['RecordingWaveform']
export type RecordingExport = Schemas['RecordingExport']
export type Health = Schemas['Health']

// -- the carrier's list

export type CarriersCall = Schemas['CarriersCall']
export type ListColumn = Schemas['ListColumn']
export type ListPreview = Schemas['ListPreview']
export type DifferenceKind = Schemas['Kind']
export type DifferenceRow = Schemas['DifferenceRow']
export type Differences = Schemas['Differences']
export type ReconciliationRow = Schemas['ReconciliationRow']
export type LearnedVersions = Schemas['LearnedVersions']
export type LearnedQueue = Schemas['LearnedQueue']
export type Reconciliations = Schemas['Reconciliations']

// -- configuration

export type Disposition = Schemas['Disposition']
export type ListedItem = Schemas['ListedItem']
export type ListedItems = Schemas['ListedItems']
export type ConfigurationChange = Schemas['ConfigurationChange']
export type ConfigurationResult = Schemas['ConfigurationResult']

export type AdministrationItem = Schemas['AdministrationItem']
export type AdministrationItems = Schemas['AdministrationItems']
export type ItemChange = Schemas['ItemChange']
export type ItemSaved = Schemas['ItemSaved']
export type RequirementChecked = Schemas['RequirementChecked']

export type ConfigurationVersion = Schemas['ConfigurationVersion']
export type ConfigurationVersions = Schemas['ConfigurationVersions']
export type WentBack = Schemas['WentBack']
export type ChangeTrial = Schemas['ChangeTrial']
export type TrialResult = Schemas['TrialResult']
export type TriedChange = Schemas['TriedChange']
export type Trials = Schemas['Trials']

export type FlowChecked = Schemas['FlowChecked']
export type FlowVersion = Schemas['FlowVersion']
export type FlowVersions = Schemas['FlowVersions']
export type OutlineStep = Schemas['OutlineStep']
export type Trial = Schemas['Trial']
export type TrunkStatus = Schemas['TrunkStatus']
export type TrunkStatuses = Schemas['TrunkStatuses']

export type EmergencyAnnouncement = Schemas['EmergencyAnnouncement']
export type EmergencyAnnouncements = Schemas['EmergencyAnnouncements']
export type SoundItems = Schemas['SoundItems']

// -- people

export type Member = Schemas['Member']
export type Members = Schemas['Members']
export type MemberRecord = Schemas['MemberRecord']
export type PasswordMade = Schemas['PasswordMade']
export type Dismissed = Schemas['Dismissed']
export type PhoneShown = Schemas['PhoneShown']
export type PhonesShown = Schemas['PhonesShown']
export type PhoneSecret = Schemas['PhoneSecret']
export type Account = Schemas['Account']
export type SessionShown = Schemas['SessionShown']
export type SignInShown = Schemas['SignInShown']
export type AuditRow = Schemas['AuditRow']
export type AuditRows = Schemas['AuditRows']

// -- the try-it page

export type TryIt = Schemas['TryIt']
export type TryItCall = Schemas['TryItCall']

// -- the live feed

export type ServerFrame = Schemas['ServerFrame']
export type PageFrame = Schemas['PageFrame']
export type Snapshot = Extract<ServerFrame, { type: 'snapshot' }>
export type Changes = Extract<ServerFrame, { type: 'change' }>
export type Topic = Snapshot['topic']
export type DeskChange = Extract<Changes, { topic: 'desk' }>['changes'][number]
export type WhyChange = Extract<Changes, { topic: 'why' }>['changes'][number]
export type BoardChange = Extract<Changes, { topic: 'board' }>['changes'][number]
