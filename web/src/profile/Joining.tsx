import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Flex, Input, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'

/** Say that somebody else is the same person, or never is; the one is undone in the list of links, the other by joining them. */
export function Joining({ number }: { number: number }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [other, setOther] = useState('')
  const body = { key: `profile:${number}`, other: other.trim() }
  const settled = async (words: string) => {
    void message.success(words, 8)
    setOther('')
    await queries.invalidateQueries()
  }
  const joined = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/merges', { body })),
    onSuccess: () => settled(t('person.joined')),
  })
  const refused = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/merges/refuse', { body })),
    onSuccess: () => settled(t('person.refused')),
  })
  const fault = joined.error ?? refused.error
  return (
    <Card title={t('person.somebodyElse')} size="small" style={{ marginTop: 16 }}>
      <Typography.Paragraph type="secondary">{t('person.whoIsWho')}</Typography.Paragraph>
      <Flex gap={8} wrap>
        <Input
          value={other}
          onChange={(event) => setOther(event.target.value)}
          aria-label={t('person.other')}
          placeholder={t('people.search')}
          style={{ flex: '1 1 220px' }}
        />
        <Button disabled={!other.trim()} loading={joined.isPending} onClick={() => { refused.reset(); joined.mutate() }}>
          {t('person.same')}
        </Button>
        <Button disabled={!other.trim()} loading={refused.isPending} onClick={() => { joined.reset(); refused.mutate() }}>
          {t('person.different')}
        </Button>
      </Flex>
      {fault && <Fault fault={fault} />}
    </Card>
  )
}
