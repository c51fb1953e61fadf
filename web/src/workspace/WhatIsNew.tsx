import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Col, Row, Skeleton, Tooltip, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { day, whole } from '../app/numbers'
import { useMay } from '../protect/session'
import { stepsFor, underWay } from './next'

type Overview = Schemas['Overview']

/** What is new (who moved between stages, segments that changed unusually, campaigns that run) and what to do next. */
export function WhatIsNew({ status, overview }: { status: Schemas['Status']; overview: UseQueryResult<Overview> }) {
  const { t } = useTranslation()
  const mayManage = useMay('manage')
  const found = overview.data
  const running = underWay(status.messages)
  const steps = mayManage ? stepsFor(status) : []
  return (
    <Row gutter={[16, 16]} style={{ marginTop: 16 }}>
      <Col xs={24} lg={steps.length ? 14 : 24}>
        <Part title={t('home.new')}>
          {overview.isPending && <Skeleton active />}
          {overview.isError && <Fault fault={overview.error} again={() => void overview.refetch()} />}
          {found && !found.moves.length && !found.segments.length && !running.length && (
            <Typography.Text type="secondary">{t('home.nothingNew')}</Typography.Text>
          )}
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {found?.moved_since && found.moves[0] && (
              <li>
                {t('home.moves', { since: day(found.moved_since), said: text(found.moves[0]) })}{' '}
                <Link to="/segmentations/$name" params={{ name: 'lifecycle' }}>
                  {t('home.whoMoved')}
                </Link>
              </li>
            )}
            {found?.segments.map((each) => (
              <li key={text(each.segment)}>
                <Link to="/segments/$name/$section" params={{ name: text(each.segment), section: 'time' }}>
                  {text(each.label)}
                </Link>
                {': '}
                <Tooltip title={t('home.unusual')}>
                  <span tabIndex={0}>{text(each.finding)}</span>
                </Tooltip>
              </li>
            ))}
            {running.map((each) => (
              <li key={each.campaign}>
                <Link to="/campaigns/$name/$section" params={{ name: each.campaign, section: each.queued ? 'messages' : 'results' }}>
                  {each.campaign}
                </Link>
                {': '}
                {each.queued
                  ? t('home.queued', { sent: whole(each.sent), queued: whole(each.queued) })
                  : t('home.sent', { count: each.sent, n: whole(each.sent) })}
              </li>
            ))}
          </ul>
        </Part>
      </Col>
      {steps.length > 0 && (
        <Col xs={24} lg={10}>
          <Part title={t('home.next')}>
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {steps.map(({ step, to }) => (
                <li key={step}>
                  <Link to={to}>{t(`home.steps.${step}`)}</Link>
                </li>
              ))}
            </ul>
          </Part>
        </Col>
      )}
    </Row>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{title}</h2>} style={{ height: '100%' }}>
      {children}
    </Card>
  )
}
