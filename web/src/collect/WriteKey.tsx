import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card, Flex, Input, Segmented, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { useMay } from '../protect/session'
import { SNIPPETS } from './snippets'

/** A key for a sender, shown this once, and the lines that it puts in its page or program. */
export function WriteKey() {
  const { t } = useTranslation()
  const may = useMay('admin')
  const queries = useQueryClient()
  const [name, call] = useState('')
  const [sender, choose] = useState(Object.keys(SNIPPETS)[0]!)
  const make = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/keys', { body: { name: name.trim(), scope: 'write' } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  const key = text(make.data?.key) || t('arriving.yourKey')
  const snippet = SNIPPETS[sender]!(window.location.origin, key)
  return (
    <Card title={t('arriving.send')} size="small" extra={<CopyAs command="coterie keys create NAME" call="POST /api/v1/keys" />}>
      <Flex vertical gap={12}>
        {may ? (
          <>
            <label htmlFor="key-name">{t('arriving.keyName')}</label>
            <Flex gap={8}>
              <Input
                id="key-name"
                value={name}
                maxLength={40}
                onChange={(event) => call(event.target.value)}
                onPressEnter={() => name.trim() && make.mutate()}
              />
              <Button disabled={!name.trim()} loading={make.isPending} onClick={() => make.mutate()}>
                {t('arriving.make')}
              </Button>
            </Flex>
          </>
        ) : (
          <Typography.Text type="secondary">{t('arriving.askOwner')}</Typography.Text>
        )}
        {make.isError && <Fault fault={make.error} />}
        {make.data && (
          <Alert
            type="success"
            title={t('arriving.keyOnce')}
            description={
              <Typography.Text copyable code>
                {key}
              </Typography.Text>
            }
          />
        )}
        <div style={{ overflowX: 'auto' }}>
          <Segmented aria-label={t('arriving.language')} size="small" value={sender} onChange={choose} options={Object.keys(SNIPPETS)} />
        </div>
        <Typography.Paragraph copyable={{ text: snippet }} style={{ marginBottom: 0 }}>
          <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: 12 }}>{snippet}</pre>
        </Typography.Paragraph>
      </Flex>
    </Card>
  )
}
