import { useMutation } from '@tanstack/react-query'
import { Card, Flex, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { State } from '../app/State'
import { Conditions } from './Conditions'

/** Why somebody is in the segment, or is not: every condition with what is true of them. */
export function Why({ name }: { name: string }) {
  const { t } = useTranslation()
  const why = useMutation({
    mutationFn: (key: string) =>
      answer(client.POST('/api/v1/segments/{name}/explain', { params: { path: { name } }, body: { key } })),
  })
  return (
    <Card size="small" title={t('segments.why')}>
      <Input.Search
        aria-label={t('people.search')}
        placeholder={t('people.search')}
        enterButton={t('segments.ask')}
        loading={why.isPending}
        onSearch={(key) => key.trim() && why.mutate(key.trim())}
        style={{ maxWidth: 560, marginBottom: why.data || why.isError ? 12 : 0 }}
      />
      {why.isError && <Fault fault={why.error} />}
      {why.data && (
        <Flex vertical gap={8}>
          <State is={why.data.holds ? 'good' : 'bad'}>{t(why.data.holds ? 'segments.isIn' : 'segments.isOut')}</State>
          <Conditions condition={why.data} />
        </Flex>
      )}
    </Card>
  )
}
