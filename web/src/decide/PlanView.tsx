import { Alert, Card, Col, Flex, Progress, Row, Statistic, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text } from '../api/client'
import { Table } from '../app/Table'
import { money, share, whole } from '../app/numbers'
import { leftOut, type Foreseen, type Plan } from './campaign'

const isPlan = (found: Foreseen): found is Plan => 'arms' in found

/** What sending a campaign would do: how many get it, who is left out and why, and what could be seen afterwards. */
export function PlanView({ found, isShort }: { found: Foreseen; isShort?: boolean }) {
  const { t } = useTranslation()
  const said = leftOut(found.sentences)
  const warnings = new Set(isPlan(found) ? found.warnings.map(text) : [])
  return (
    <Flex vertical gap={16}>
      {[...warnings].map((each) => (
        <Alert key={each} type="warning" showIcon title={each} />
      ))}
      {isPlan(found) && <Figures plan={found} />}
      {said.rows.length > 0 && (
        <Card title={t('plan.leftOut')} size="small">
          <Table
            rowKey="reason"
            size="small"
            dataSource={said.rows}
            columns={[
              { title: t('plan.reason'), dataIndex: 'reason' },
              { title: t('plan.people'), dataIndex: 'count', align: 'right', render: whole },
            ]}
          />
        </Card>
      )}
      {!isShort && (
        <Card title={t('plan.inWords')} size="small">
          <ul style={{ paddingInlineStart: 20, margin: 0 }}>
            {said.others
              .map(text)
              .filter((each) => !warnings.has(each))
              .map((each) => (
                <li key={each}>{each}</li>
              ))}
          </ul>
        </Card>
      )}
    </Flex>
  )
}

function Figures({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  const held = plan.arms.holdout ?? 0
  const figures = [
    { title: t('plan.meant'), value: whole(plan.audience) },
    { title: t('plan.get'), value: whole(plan.contacts) },
    { title: t('plan.held'), value: whole(held) },
    { title: t('plan.cost'), value: money(plan.cost, text(plan.currency)) },
  ]
  const part = (count: number) => (plan.audience ? (count / plan.audience) * 100 : 0)
  return (
    <div aria-live="polite">
      <Row gutter={[16, 16]}>
        {figures.map((each) => (
          <Col xs={12} md={6} key={each.title}>
            <Statistic title={each.title} value={each.value} />
          </Col>
        ))}
      </Row>
      <Progress
        aria-label={t('plan.parts', {
          get: whole(plan.contacts),
          held: whole(held),
          out: whole(plan.audience - plan.reachable),
        })}
        percent={part(plan.contacts + held)}
        success={{ percent: part(plan.contacts) }}
        showInfo={false}
      />
      <Typography.Text type="secondary">
        {t('plan.parts', { get: whole(plan.contacts), held: whole(held), out: whole(plan.audience - plan.reachable) })}{' '}
        {plan.past_rate !== null && plan.smallest_lift !== null
          ? t('plan.seen', { rate: share(plan.past_rate), rise: share(plan.past_rate + plan.smallest_lift) })
          : t('plan.unseen')}
      </Typography.Text>
    </div>
  )
}
