import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Card, Col, Flex, Row, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { useMay } from '../protect/session'
import { IdentityPicture } from './IdentityPicture'
import { Joining } from './Joining'

/** Why somebody is one person: their identifiers and what joins them, drawn and listed; joins are undone, made and refused here. */
export function Identity({ number }: { number: number }) {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const { message } = App.useApp()
  const queries = useQueryClient()
  const found = useQuery({
    queryKey: ['identity', number, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/profiles/{number}/graph', { params: { path: { number } } })),
  })
  const undo = useMutation({
    mutationFn: (merge: number) => answer(client.POST('/api/v1/merges/{number}/undo', { params: { path: { number: merge } } })),
    onSuccess: async (done) => {
      if ('restored_profile_id' in done) void message.success(t('person.undone', { number: done.restored_profile_id }))
      await queries.invalidateQueries()
    },
    onError: (fault) => void message.error(fault.message),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { identifiers, links, apart } = found.data
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} lg={10}>
        <Card title={t('person.drawn')} size="small">
          <IdentityPicture identifiers={identifiers} links={links} />
        </Card>
      </Col>
      <Col xs={24} lg={14}>
        <Card title={t('person.links')} size="small">
          {!links.length && <Typography.Text type="secondary">{t('person.noLink')}</Typography.Text>}
          <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {links.map((each) => (
              <li key={`${each.left_id} ${each.right_id}`}>
                <Flex gap={8} justify="space-between" align="start" style={{ marginBottom: 8 }}>
                  <span>{text(each.evidence)}</span>
                  {may && each.merge_id !== null && (
                    <Button
                      size="small"
                      loading={undo.isPending && undo.variables === each.merge_id}
                      onClick={() => undo.mutate(each.merge_id ?? 0)}
                    >
                      {t('person.undo')}
                    </Button>
                  )}
                </Flex>
              </li>
            ))}
          </ul>
        </Card>
        {apart.length > 0 && (
          <Card title={t('person.apart')} size="small" style={{ marginTop: 16 }}>
            {apart.map((each) => (
              <div key={each.merge_id}>
                <Link to="/people/$number" params={{ number: String(each.profile_id) }}>
                  {t('person.numbered', { number: each.profile_id })}
                </Link>{' '}
                <Typography.Text type="secondary">{each.since ? instant(each.since) : ''}</Typography.Text>
              </div>
            ))}
          </Card>
        )}
        {may && <Joining number={number} />}
      </Col>
    </Row>
  )
}
