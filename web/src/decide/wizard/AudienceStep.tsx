import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Col, Empty, Form, Row, Segmented, Select, Skeleton, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { Fault } from '../../app/Fault'
import { whole } from '../../app/numbers'
import { PlanView } from '../PlanView'
import type { StepShape } from './Wizard'
import { usePlan } from './usePlan'

/** Who is meant, and beside it how many of them can be written to and why others cannot. */
export function AudienceStep({ draft, change }: StepShape) {
  const { t, i18n } = useTranslation()
  const { audience } = draft.campaign
  const plan = usePlan(draft)
  const segments = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  const lists = useQuery({ queryKey: ['lists'], queryFn: () => answer(client.GET('/api/v1/lists')) })
  const set = (changed: Partial<typeof audience>) =>
    change({ ...draft, campaign: { ...draft.campaign, audience: { ...audience, ...changed } } })
  if (segments.isPending) return <Skeleton active />
  if (segments.isError) return <Fault fault={segments.error} again={() => void segments.refetch()} />
  const options = segments.data.items.map((each) => ({
    value: text(each.name),
    label: `${text(each.label) || text(each.name)}${each.size === null ? '' : ` · ${whole(each.size)}`}`,
  }))
  const listed = (lists.data?.items ?? []).map((each) => ({ value: text(each.name), label: `${text(each.label) || text(each.name)} · ${whole(each.people)}` }))
  const several = (audience.segments ?? []).length + (audience.lists ?? []).length > 1
  return (
    <Row gutter={[24, 24]}>
      <Col xs={24} lg={9}>
        {!options.length && (
          <Empty description={t('segments.empty')}>
            <Link to="/segments/new">{t('segments.new')}</Link>
          </Empty>
        )}
        <Form layout="vertical" requiredMark={false}>
          {!audience.everybody && (
            <Form.Item label={t('wizard.segments')} htmlFor="segments">
              <Select
                id="segments"
                mode="multiple"
                showSearch={{ optionFilterProp: 'label' }}
                value={audience.segments ?? []}
                options={options}
                onChange={(chosen: string[]) => set({ segments: chosen })}
              />
            </Form.Item>
          )}
          {!audience.everybody && listed.length > 0 && (
            <Form.Item label={t('wizard.lists')} htmlFor="lists">
              <Select id="lists" mode="multiple" value={audience.lists ?? []} options={listed} onChange={(chosen: string[]) => set({ lists: chosen })} />
            </Form.Item>
          )}
          {!audience.everybody && several && (
            <Form.Item>
              <Segmented
                aria-label={t('wizard.match')}
                value={audience.match ?? 'any'}
                options={(['any', 'all'] as const).map((value) => ({ value, label: t(`wizard.matches.${value}`) }))}
                onChange={(match) => set({ match })}
              />
            </Form.Item>
          )}
          <Form.Item label={t('wizard.exclude')} htmlFor="exclude">
            <Select
              id="exclude"
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              value={audience.exclude ?? []}
              options={options}
              onChange={(chosen: string[]) => set({ exclude: chosen })}
            />
          </Form.Item>
          {listed.length > 0 && (
            <Form.Item label={t('wizard.excludeLists')} htmlFor="exclude-lists">
              <Select id="exclude-lists" mode="multiple" value={audience.exclude_lists ?? []} options={listed} onChange={(chosen: string[]) => set({ exclude_lists: chosen })} />
            </Form.Item>
          )}
          <Form.Item label={t('wizard.everybody')} htmlFor="everybody" extra={t('wizard.everybodyHint')}>
            <Switch id="everybody" checked={!!audience.everybody} onChange={(everybody) => set({ everybody })} />
          </Form.Item>
        </Form>
      </Col>
      <Col xs={24} lg={15} aria-busy={plan.isBehind} style={{ opacity: plan.isBehind ? 0.6 : 1 }}>
        {!plan.data && !plan.isError && !plan.isFetching && <Alert type="info" showIcon title={t('wizard.chooseFirst')} />}
        {plan.isLoading && <Skeleton active />}
        {plan.isError && <Fault fault={plan.error} again={() => void plan.refetch()} />}
        {plan.data && !plan.isError && <PlanView found={plan.data} isShort />}
      </Col>
    </Row>
  )
}
