import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Flex, Popconfirm, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { instant } from '../app/numbers'
import { useMay } from '../protect/session'

/** What somebody was joined from, each with its evidence; a join can be undone, and stays undone. */
export function Merges({ merges }: { merges: Schemas['Merge'][] }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const { message } = App.useApp()
  const queries = useQueryClient()
  const undo = useMutation({
    mutationFn: (number: number) => answer(client.POST('/api/v1/merges/{number}/undo', { params: { path: { number } } })),
    onSuccess: async (done) => {
      if ('restored_profile_id' in done) void message.success(t('person.undone', { number: done.restored_profile_id }))
      await queries.invalidateQueries()
    },
    onError: (fault) => void message.error(fault.message),
  })
  if (!merges.length) return null
  return (
    <Card title={t('person.merges')} size="small" style={{ marginTop: 16 }}>
      {merges.map((each) => (
        <Flex key={each.merge_id} gap={8} justify="space-between" align="start" wrap style={{ marginBottom: 8 }}>
          <span>
            {text(each.evidence)} <Typography.Text type="secondary">{each.merged_at ? instant(each.merged_at) : ''}</Typography.Text>
          </span>
          {may && !each.undone_at && (
            <Popconfirm
              title={t('person.undoWhat', { number: each.merged_profile_id })}
              okText={t('person.undo')}
              onConfirm={() => undo.mutate(each.merge_id)}
            >
              <Button size="small" loading={undo.isPending && undo.variables === each.merge_id}>
                {t('person.undo')}
              </Button>
            </Popconfirm>
          )}
        </Flex>
      ))}
    </Card>
  )
}
