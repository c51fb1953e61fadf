import { useNavigate, useParams } from '@tanstack/react-router'
import { Badge, Tabs } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Page } from '../app/Page'
import { Arriving } from './Arriving'
import { Files } from './Files'
import { Quarantine } from './Quarantine'
import { TrackingPlan } from './TrackingPlan'

const SECTIONS = ['files', 'quarantine', 'arriving', 'tracking'] as const
type Section = (typeof SECTIONS)[number]

const COPIES: Record<Section, { command: string; call: string }> = {
  files: { command: 'coterie load FILE', call: 'POST /api/v1/files?name=orders.csv' },
  quarantine: { command: 'coterie quarantine list', call: 'GET /api/v1/quarantine' },
  arriving: { command: 'coterie tracking latest', call: 'GET /api/v1/tracking/latest' },
  tracking: { command: 'coterie tracking list', call: 'GET /api/v1/tracking' },
}

/** Facts come in: files, what was refused, what arrives over HTTP, and what sources are to send. */
export function Data() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const asked = useParams({ strict: false }).section
  const section = SECTIONS.find((each) => each === asked) ?? 'files'
  const status = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  const waiting = status.data?.in_quarantine ?? 0
  return (
    <Page title={t('rooms.data')} actions={<CopyAs {...COPIES[section]} />}>
      <Tabs
        activeKey={section}
        onChange={(key) => void navigate(key === 'files' ? { to: '/data' } : { to: '/data/$section', params: { section: key } })}
        destroyOnHidden
        items={[
          { key: 'files', label: t('data.files'), children: <Files /> },
          {
            key: 'quarantine',
            label: (
              <Badge count={waiting} overflowCount={9999} size="small" offset={[12, 0]}>
                {t('data.quarantine')}
              </Badge>
            ),
            children: <Quarantine waiting={waiting} />,
          },
          { key: 'arriving', label: t('arriving.title'), children: <Arriving /> },
          { key: 'tracking', label: t('tracking.title'), children: <TrackingPlan /> },
        ]}
      />
    </Page>
  )
}
