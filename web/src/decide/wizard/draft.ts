import type { TemplateBody } from '../../compose/template'
import { GOAL, HOLDOUT, type CampaignBody } from '../campaign'

export const STEPS = ['goal', 'audience', 'content', 'channel', 'review'] as const
export type Step = (typeof STEPS)[number]

/** A campaign while it is made, with the template that is written for it, and the versions that they were made from. */
export interface Draft {
  campaign: CampaignBody
  template: TemplateBody | null
  madeFrom: { campaign: number; template: number }
}

/** Where a draft is kept on this device, so that a reload or another tab finds it. */
export const placeOf = (name: string | null) => `coterie.draft.campaign.${name ?? ''}`

export function freshDraft(): Draft {
  const campaign: CampaignBody = {
    name: '',
    description: '',
    channel: 'email',
    audience: { segments: [], match: 'any', exclude: [] },
    template: '',
    goal: { ...GOAL },
    holdout: HOLDOUT,
    cost: { per_contact: 0, fixed: 0 },
  }
  return { campaign, template: null, madeFrom: { campaign: 0, template: 0 } }
}

/** The draft with one segment as whom it is meant for, whoever else it was meant for before. */
export function meantFor(draft: Draft, segment: string): Draft {
  const { exclude = [] } = draft.campaign.audience
  return { ...draft, campaign: { ...draft.campaign, audience: { segments: [segment], match: 'any', exclude: exclude.filter((each) => each !== segment) } } }
}

/** What still has to be said in a step; the keys of the words that say so. */
export function missing(draft: Draft, step: Step): string[] {
  const { campaign, template } = draft
  switch (step) {
    case 'goal':
      return /^[a-z0-9][a-z0-9_-]*$/.test(campaign.name) ? [] : ['name']
    case 'audience':
      return campaign.audience.everybody || campaign.audience.segments?.length || campaign.audience.lists?.length ? [] : ['audience']
    case 'content':
      if (template) return template.name && template.subject && template.body ? [] : ['words']
      return campaign.template || campaign.variants?.length ? [] : ['template']
    case 'channel':
    case 'review':
      return []
  }
}

export const isReady = (draft: Draft) => STEPS.every((step) => !missing(draft, step).length)

/** The campaign as it is saved: what was left empty is left out, and everybody is meant only where that was said. */
export function written(draft: Draft): CampaignBody {
  const { audience, ...rest } = draft.campaign
  const { segments = [], lists = [], match, exclude = [], exclude_lists: excludeLists = [], everybody } = audience
  const meant: CampaignBody['audience'] = everybody ? { everybody } : lists.length ? { segments, lists } : { segments }
  if (!everybody && segments.length + lists.length > 1 && match === 'all') meant.match = match
  if (exclude.length) meant.exclude = exclude
  if (excludeLists.length) meant.exclude_lists = excludeLists
  const body: CampaignBody = { ...rest, audience: meant }
  if (draft.template) body.template = draft.template.name
  for (const key of ['description', 'template', 'starts_at', 'in_zone', 'repeats', 'throttle'] as const) if (!body[key]) delete body[key]
  return body
}

/** What can be planned before all is said: who is meant and what it costs, whatever it will say. */
export function plannable(draft: Draft): CampaignBody | null {
  if (missing(draft, 'audience').length) return null
  const body = written(draft)
  const isNamed = !missing(draft, 'goal').length
  return { ...body, name: isNamed ? body.name : 'draft', ...(body.variants?.length ? {} : { template: body.template ?? 'draft' }) }
}
