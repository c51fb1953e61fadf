import { useQuery } from '@tanstack/react-query'
import { Alert, Col, Form, InputNumber, Row, Select, Skeleton, Slider } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { Fault } from '../../app/Fault'
import { share } from '../../app/numbers'
import { HOLDOUT } from '../campaign'
import { PlanView } from '../PlanView'
import type { StepShape } from './Wizard'
import { When } from './When'
import { usePlan } from './usePlan'

const BASES = ['opt_in', 'soft_opt_in', 'opt_out', 'contract'] as const

/** How it goes out, on what legal ground, whom to hold out to measure by, and what it costs. */
export function ChannelStep({ draft, change }: StepShape) {
  const { t } = useTranslation()
  const { campaign } = draft
  const plan = usePlan(draft)
  const parts = useQuery({
    queryKey: ['parts', 'channel'],
    staleTime: Infinity,
    queryFn: () => answer(client.GET('/api/v1/parts', { params: { query: { kind: 'channel' } } })),
  })
  const set = (changed: Partial<typeof campaign>) => change({ ...draft, campaign: { ...campaign, ...changed } })
  const cost = campaign.cost ?? {}
  const channels = [...new Set(['email', ...(parts.data?.items ?? []).map((each) => text(each.name))])]
  const holdout = campaign.holdout ?? HOLDOUT
  return (
    <Row gutter={[24, 24]}>
      <Col xs={24} lg={9}>
        <Form layout="vertical" requiredMark={false}>
          <Form.Item label={t('wizard.channel')} htmlFor="channel">
            <Select
              id="channel"
              value={campaign.channel ?? 'email'}
              options={channels.map((value) => ({ value, label: value }))}
              onChange={(channel) => set({ channel })}
            />
          </Form.Item>
          <Form.Item label={t('wizard.basis')} htmlFor="basis" extra={t(`wizard.basisIs.${campaign.basis ?? 'opt_in'}`)}>
            <Select
              id="basis"
              value={campaign.basis ?? 'opt_in'}
              options={BASES.map((value) => ({ value, label: t(`wizard.bases.${value}`) }))}
              onChange={(basis) => set({ basis })}
            />
          </Form.Item>
          <Form.Item label={t('wizard.holdout', { share: share(holdout) })} extra={t('wizard.holdoutHint')}>
            <Slider
              ariaLabelForHandle={t('wizard.holdout', { share: share(holdout) })}
              min={0}
              max={50}
              step={1}
              value={Math.round(holdout * 100)}
              tooltip={{ formatter: (value) => share((value ?? 0) / 100) }}
              onChange={(value) => set({ holdout: value / 100 })}
            />
          </Form.Item>
          <When campaign={campaign} set={set} />
          <Form.Item label={t('wizard.perContact')} htmlFor="per-contact">
            <InputNumber
              id="per-contact"
              min={0}
              step={0.01}
              value={cost.per_contact ?? 0}
              onChange={(value) => set({ cost: { ...cost, per_contact: value ?? 0 } })}
              suffix={text(plan.data?.currency)}
              style={{ width: 160 }}
            />
          </Form.Item>
          <Form.Item label={t('wizard.fixed')} htmlFor="fixed">
            <InputNumber
              id="fixed"
              min={0}
              value={cost.fixed ?? 0}
              onChange={(value) => set({ cost: { ...cost, fixed: value ?? 0 } })}
              suffix={text(plan.data?.currency)}
              style={{ width: 160 }}
            />
          </Form.Item>
        </Form>
      </Col>
      <Col xs={24} lg={15} aria-busy={plan.isBehind} style={{ opacity: plan.isBehind ? 0.6 : 1 }}>
        {holdout === 0 && <Alert type="warning" showIcon title={t('wizard.noHoldout')} style={{ marginBottom: 16 }} />}
        {plan.isLoading && <Skeleton active />}
        {plan.isError && <Fault fault={plan.error} again={() => void plan.refetch()} />}
        {plan.data && !plan.isError && <PlanView found={plan.data} isShort />}
      </Col>
    </Row>
  )
}
