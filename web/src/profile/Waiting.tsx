import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { useMay } from '../protect/session'
import { RefreshNow } from '../workspace/RefreshNow'
import { TraitPreview } from './TraitPreview'

/** A trait that is defined and not computed yet: what it will hold. */
export function Waiting({ name, fault }: { name: string; fault: Error }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const found = useQuery({
    queryKey: ['definition', 'trait', name, 'waiting'],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'trait', name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={fault} />
  const { body } = found.data
  return (
    <Page
      title={String(body.label ?? '') || name}
      actions={
        <>
          <CopyAs command="coterie traits preview -f TRAIT.yaml" call={`POST /api/v1/traits/preview ${JSON.stringify({ definition: body })}`} />
          {may && (
            <Link to="/traits/$name/edit" params={{ name }}>
              <Button>{t('segments.edit')}</Button>
            </Link>
          )}
        </>
      }
    >
      <Alert type="info" showIcon title={t('traits.waits')} action={<RefreshNow />} style={{ marginBottom: 16 }} />
      <TraitPreview definition={body} />
    </Page>
  )
}
