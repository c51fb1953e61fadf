import { useParams } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { whole } from '../app/numbers'
import { Page } from '../app/Page'
import { Sections } from '../app/Sections'
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
  const asked = useParams({ strict: false }).section
  const section = SECTIONS.find((each) => each === asked) ?? 'files'
  const status = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  const waiting = status.data?.in_quarantine ?? 0
  return (
    <Page title={t('rooms.data')} actions={<CopyAs {...COPIES[section]} />}>
      <Sections
        label={t('data.sections')}
        open={section}
        sections={SECTIONS.map((key) => ({
          key,
          label: key === 'quarantine' && waiting ? t('data.waiting', { n: whole(waiting) }) : t(`data.parts.${key}`),
          to: key === 'files' ? '/data' : `/data/${key}`,
        }))}
      />
      {section === 'files' && <Files />}
      {section === 'quarantine' && <Quarantine waiting={waiting} />}
      {section === 'arriving' && <Arriving />}
      {section === 'tracking' && <TrackingPlan />}
    </Page>
  )
}
