import type { Schemas, Sentence } from '../api/client'

/** A campaign as it is written; what the pages do not ask for is kept as it stands. */
export interface CampaignBody {
  name: string
  description?: string
  purpose?: string
  basis?: string
  channel?: string
  audience: { segments?: string[]; lists?: string[]; match?: 'any' | 'all'; exclude?: string[]; exclude_lists?: string[]; everybody?: boolean }
  template?: string | null
  variants?: { name: string; template: string; weight?: number }[]
  goal?: { event?: string; within?: string; value?: string | null } | null
  holdout?: number
  cost?: { per_contact?: number; fixed?: number }
  starts_at?: string | null
  in_zone?: string | null
  repeats?: { cron: string; until?: string | null; late?: string } | null
  throttle?: { messages: number; per?: string } | null
  [other: string]: unknown
}

export interface Kept {
  version: number
  body: CampaignBody
}

export interface Counts {
  campaign: string
  launched: boolean
  scheduled: boolean
  next_at: string | null
  to_approve: boolean
  approved_by: string | null
  queued: number
  sent: number
  failed: number
  refused: number
  unknown: number
}

export const HOLDOUT = 0.1
export const GOAL = { event: 'Order Completed', within: 'P14D', value: 'revenue' }

/** What a campaign is defined as, of which this may be one time. */
export const baseName = (campaign: string) => campaign.split('@')[0] ?? campaign

export type State = 'draft' | 'scheduled' | 'held' | 'sending' | 'sent'

/** How far a campaign has come; `held` is whether all sending is. */
export function stateOf(counts: Pick<Counts, 'launched' | 'queued' | 'scheduled'>, held: boolean): State {
  if (!counts.launched) return counts.scheduled ? 'scheduled' : 'draft'
  if (counts.queued === 0) return 'sent'
  return held ? 'held' : 'sending'
}

/** The days of a length of time such as `P14D` or `14d`; null where it is none of whole days. */
export function daysOf(within: string | undefined): number | null {
  const found = /^P?(\d+)(D|W)$/i.exec(within ?? '')
  return found ? Number(found[1]) * (found[2]?.toUpperCase() === 'W' ? 7 : 1) : null
}

/** The sentences of a plan that say who is left out and why, as rows; and all others. */
export function leftOut(sentences: (string | Sentence)[]): {
  rows: { reason: string; count: number }[]
  others: (string | Sentence)[]
} {
  const isReason = (each: string | Sentence): each is Sentence => typeof each !== 'string' && 'reason' in each.values && typeof each.values.count === 'number'
  return {
    rows: sentences.filter(isReason).map(({ values }) => ({
      reason: (values.reason as Sentence).text,
      count: Number(values.count),
    })),
    others: sentences.filter((each) => !isReason(each)),
  }
}

export type Plan = Schemas['PlanShown']
export type Foreseen = Schemas['PlanShown'] | Schemas['SendShown']
