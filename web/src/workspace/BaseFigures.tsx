import { Link } from '@tanstack/react-router'
import { Card, Col, Row, Statistic, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { whole } from '../app/numbers'
import { State, lookOf } from '../app/State'
import { changed, written } from '../measure/figures'

/** Size and value of the base: everybody, what they bought lately beside the time before, and the segments there are. */
export function BaseFigures({ status, overview }: { status: Schemas['Status']; overview?: Schemas['Overview'] }) {
  const { t } = useTranslation()
  const rows = status.rows as Record<string, number>
  const known = overview?.value.filter((each) => each.value !== null) ?? []
  return (
    <Row gutter={[16, 16]}>
      <Tile to="/people" title={t('home.profiles')} value={whole(rows.profiles ?? 0)} />
      {known.map((each) => (
        <Tile
          key={text(each.kpi)}
          to="/kpis"
          title={t('home.lately', { what: text(each.label), days: overview?.days })}
          value={written(each.value, text(each.unit), text(overview?.currency))}
        >
          {each.change !== null && <State is={lookOf(text(each.verdict))}>{changed(each.change, text(each.unit))}</State>}
          {each.before !== null && (
            <Typography.Text type="secondary" style={{ display: 'block', marginTop: 4 }}>
              {t('home.before', { days: overview?.days, value: written(each.before, text(each.unit), text(overview?.currency)) })}
            </Typography.Text>
          )}
        </Tile>
      ))}
      <Tile to="/segments" title={t('home.segments')} value={whole(status.definitions.segment ?? 0)} />
    </Row>
  )
}

function Tile({ to, title, value, children }: { to: string; title: string; value: string; children?: ReactNode }) {
  return (
    <Col xs={12} md={6}>
      <Link to={to}>
        <Card hoverable size="small" style={{ height: '100%' }}>
          <Statistic title={title} value={value} formatter={() => value} />
          {children}
        </Card>
      </Link>
    </Col>
  )
}
