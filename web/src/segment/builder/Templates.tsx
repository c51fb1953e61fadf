import { useQuery } from '@tanstack/react-query'
import { Button, Card, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import type { Rule } from './rule'

/** Ready rules that this base has what is needed for, by family, to begin with and change. */
export function Templates({ choose }: { choose: (rule: Rule, label: string) => void }) {
  const { t, i18n } = useTranslation()
  const found = useQuery({
    queryKey: ['templates', i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/segment-templates')),
  })
  const items = found.data?.items ?? []
  if (!items.length) return null
  const families = [...new Set(items.map((each) => text(each.family)))]
  return (
    <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('builder.begin')}</h2>} style={{ marginTop: 16 }}>
      {families.map((family) => (
        <details key={family}>
          <summary style={{ cursor: 'pointer', padding: '4px 0' }}>{family}</summary>
          <Flex wrap gap={8} style={{ padding: '4px 0 12px' }}>
            {items.filter((each) => text(each.family) === family).map((each) => (
              <Button
                key={text(each.name)}
                title={text(each.rule)}
                onClick={() => choose(JSON.parse(text(each.written)) as Rule, text(each.label))}
                style={{ height: 'auto', whiteSpace: 'normal', textAlign: 'start' }}
              >
                <span>
                  {text(each.label)}
                  <Typography.Text type="secondary" style={{ display: 'block', fontSize: 12 }}>
                    {text(each.rule)}
                  </Typography.Text>
                </span>
              </Button>
            ))}
          </Flex>
        </details>
      ))}
    </Card>
  )
}
