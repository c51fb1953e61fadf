import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Card, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'

/** Journeys to begin with: one is taken with the templates that it sends, and opens to be looked at. */
export function ReadyJourneys() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const ready = useQuery({ queryKey: ['journey templates', i18n.language], queryFn: () => answer(client.GET('/api/v1/journey-templates')) })
  const adopt = useMutation({
    mutationFn: (template: string) => answer(client.POST('/api/v1/journeys/adopt', { body: { template, name: '' } })),
    onSuccess: async (done) => {
      await queries.invalidateQueries()
      await navigate({ to: '/journeys/$name/edit', params: { name: text(done.journey) } })
    },
  })
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('journeys.readyOnes')}
      </Typography.Title>
      {adopt.isError && <Fault fault={adopt.error} />}
      <Flex wrap gap={12}>
        {ready.data?.items.map((each) => (
          <Card key={text(each.name)} size="small" style={{ width: 260 }}>
            <Typography.Text strong>{text(each.label)}</Typography.Text>
            <Typography.Paragraph type="secondary">{text(each.about)}</Typography.Paragraph>
            {each.lacks.length ? (
              <Typography.Text type="secondary">{t('journeys.lacks', { what: each.lacks.join(', ') })}</Typography.Text>
            ) : (
              <Button size="small" loading={adopt.isPending && adopt.variables === each.name} onClick={() => adopt.mutate(text(each.name))}>
                {t('journeys.begin')}
              </Button>
            )}
          </Card>
        ))}
      </Flex>
    </>
  )
}
