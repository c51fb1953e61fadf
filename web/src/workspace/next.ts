import type { Schemas } from '../api/client'

type Status = Pick<Schemas['Status'], 'definitions' | 'fits' | 'as_of' | 'messages'>
export type Step = 'segment' | 'campaign' | 'send' | 'fit'

/** What has not been done here yet, in the order in which it is of use. */
export function stepsFor(status: Status): { step: Step; to: string }[] {
  const count = (kind: string) => (status.definitions as Record<string, number>)[kind] ?? 0
  const steps: [boolean, Step, string][] = [
    [!count('segment'), 'segment', '/segments'],
    [!count('campaign'), 'campaign', '/campaigns/new'],
    [count('campaign') > 0 && !status.messages.length, 'send', '/campaigns'],
    [!status.fits, 'fit', '/predictions'],
  ]
  return steps.filter(([isOpen]) => isOpen).map(([, step, to]) => ({ step, to }))
}

export interface UnderWay {
  campaign: string
  sent: number
  queued: number
}

/** Campaigns of which messages left or wait, those that wait first. */
export function underWay(messages: Status['messages']): UnderWay[] {
  const found = new Map<string, UnderWay>()
  for (const each of messages) {
    const campaign = typeof each.campaign === 'string' ? each.campaign : each.campaign.text
    const counts = found.get(campaign) ?? { campaign, sent: 0, queued: 0 }
    if (each.state === 'sent') counts.sent += each.messages
    if (each.state === 'queued' || each.state === 'sending') counts.queued += each.messages
    found.set(campaign, counts)
  }
  return [...found.values()].sort((one, other) => other.queued - one.queued || one.campaign.localeCompare(other.campaign))
}
