import { useQuery } from '@tanstack/react-query'
import { Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { useMay } from '../protect/session'
import { Loading } from './Loading'
import { Sources } from './Sources'

/** Files in, and what came of them by source. */
export function Files() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const status = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  return (
    <>
      {may && <Loading />}
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('home.sources')}
      </Typography.Title>
      {status.isPending && <Skeleton active />}
      {status.isError && <Fault fault={status.error} again={() => void status.refetch()} />}
      {status.data && <Sources sources={status.data.sources} />}
    </>
  )
}
