import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button, Card, Flex, Grid, Popconfirm, Skeleton, Steps, Typography } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client'
import { CopyAs } from '../../app/Copy'
import { Fault } from '../../app/Fault'
import { Page } from '../../app/Page'
import type { CampaignBody } from '../campaign'
import { AudienceStep } from './AudienceStep'
import { ChannelStep } from './ChannelStep'
import { ContentStep } from './ContentStep'
import { GoalStep } from './GoalStep'
import { ReviewStep } from './ReviewStep'
import { STEPS, freshDraft, meantFor, missing, type Draft, type Step } from './draft'
import { useDraft } from './useDraft'

export interface StepShape {
  draft: Draft
  change: (draft: Draft) => void
}

/** A new campaign; for the segment that the address names, where it names one. */
export function NewCampaign() {
  const { segment } = useSearch({ strict: false })
  return <Wizard name={null} begin={freshDraft} segment={segment} />
}

export function EditCampaign() {
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['definition', 'campaign', name],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'campaign', name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const campaign = { ...freshDraft().campaign, ...(found.data.body as unknown as CampaignBody) }
  const madeFrom = { campaign: found.data.version, template: 0 }
  return <Wizard name={name} begin={() => ({ campaign, template: null, madeFrom })} />
}

/** A campaign, made or changed step by step; each step has an address, and what is said is kept on the way. */
function Wizard({ name, begin, segment }: { name: string | null; begin: () => Draft; segment?: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isWide = Grid.useBreakpoint().md
  const asked = useParams({ strict: false }).step
  const step: Step = STEPS.find((each) => each === asked) ?? 'goal'
  const place = STEPS.indexOf(step)
  const { draft, change, drop, isTouched } = useDraft(name, begin)
  useEffect(() => {
    if (!segment) return
    change(meantFor(draft, segment))
    void navigate({ to: '/campaigns/new', replace: true })
  }, [segment, draft, change, navigate])
  const go = (to: Step) =>
    name
      ? navigate({ to: '/campaigns/$name/edit/$step', params: { name, step: to } })
      : navigate({ to: '/campaigns/new/$step', params: { step: to } })
  const giveUp = () => {
    drop()
    void navigate(name ? { to: '/campaigns/$name', params: { name } } : { to: '/campaigns' })
  }
  const shape = { draft, change }
  const before = STEPS[place - 1]
  const after = STEPS[place + 1]
  return (
    <Page
      title={name ? t('wizard.edit', { name }) : t('campaigns.new')}
      actions={
        <>
          <CopyAs command="coterie apply FILE" call={`PUT /api/v1/definitions/campaign/${draft.campaign.name || 'NAME'}`} />
          {isTouched && (
            <Popconfirm title={t('wizard.giveUpWhat')} onConfirm={giveUp}>
              <Button>{t('wizard.giveUp')}</Button>
            </Popconfirm>
          )}
        </>
      }
    >
      <nav aria-label={t('wizard.steps')}>
        {isWide ? (
          <Steps
            size="small"
            current={place}
            onChange={(to) => void go(STEPS[to] ?? 'goal')}
            items={STEPS.map((each, at) => ({
              title: t(`wizard.step.${each}`),
              status: at === place ? 'process' : isDone(draft, each, step) ? 'finish' : 'wait',
            }))}
            style={{ marginBottom: 24 }}
          />
        ) : (
          <Typography.Paragraph type="secondary">
            {t('wizard.place', { at: place + 1, of: STEPS.length, step: t(`wizard.step.${step}`) })}
          </Typography.Paragraph>
        )}
      </nav>
      <Card>
        {step === 'goal' && <GoalStep {...shape} isNew={!name} />}
        {step === 'audience' && <AudienceStep {...shape} />}
        {step === 'content' && <ContentStep {...shape} />}
        {step === 'channel' && <ChannelStep {...shape} />}
        {step === 'review' && <ReviewStep {...shape} saved={drop} />}
      </Card>
      <Flex justify="space-between" gap={12} style={{ marginTop: 16 }}>
        {before ? (
          <Button onClick={() => void go(before)}>{t('wizard.back')}</Button>
        ) : (
          <Link to="/campaigns">
            <Button>{t('campaign.all')}</Button>
          </Link>
        )}
        {after && (
          <Button type="primary" disabled={missing(draft, step).length > 0} onClick={() => void go(after)}>
            {t('wizard.next', { step: t(`wizard.step.${after}`) })}
          </Button>
        )}
      </Flex>
    </Page>
  )
}

const isDone = (draft: Draft, step: Step, at: Step) =>
  !missing(draft, step).length && (STEPS.indexOf(step) < STEPS.indexOf(at) || draft.madeFrom.campaign > 0)
