import { useQuery } from '@tanstack/react-query'
import { Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { instant } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sources } from '../collect/Sources'
import { BaseFigures } from './BaseFigures'
import { NothingYet } from './NothingYet'
import { RefreshNow } from './RefreshNow'
import { Wanted } from './Wanted'
import { WhatIsNew } from './WhatIsNew'

/** How it stands: how much there is and what it is worth, what wants a look, what is new and what to do next. */
export function Home() {
  const { t, i18n } = useTranslation()
  const status = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  const overview = useQuery({
    queryKey: ['overview', i18n.language],
    queryFn: () => answer(client.GET('/api/v1/overview')),
  })
  if (status.isPending) return <Skeleton active />
  if (status.isError) return <PageFault fault={status.error} again={() => void status.refetch()} />
  const found = status.data
  if (!found.rows.identifiers) return <NothingYet business={text(found.workspace)} />
  return (
    <Page
      title={text(found.workspace)}
      actions={
        <>
          <CopyAs command="coterie status" call="GET /api/v1/overview" />
          <RefreshNow />
        </>
      }
    >
      <BaseFigures status={found} overview={overview.data} />
      <Typography.Paragraph type="secondary" style={{ marginTop: 12 }}>
        {found.as_of ? t('home.asOf', { at: instant(found.as_of) }) : t('home.never')}{' '}
        {found.newest_fact_at && t('home.newest', { at: instant(found.newest_fact_at) })}
      </Typography.Paragraph>
      <Wanted status={found} stale={overview.data?.stale ?? []} missed={overview.data?.missed ?? []} />
      <WhatIsNew status={found} overview={overview} />
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('home.sources')}
      </Typography.Title>
      <Sources sources={found.sources} />
    </Page>
  )
}
