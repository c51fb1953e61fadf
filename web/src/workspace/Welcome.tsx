import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { Button, Card, Form, Input, Select, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, type Schemas } from '../api/client'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { LANGUAGES, speak, type Language } from '../app/words'
import { PLACES, choicesOf, type Place } from './places'

type Beginning = Schemas['Beginning']
type Business = Pick<Beginning, 'name' | 'locale' | 'country' | 'currency' | 'timezone'>
const ASKED = ['name', 'locale', 'country', 'currency', 'timezone'] as const

/** The first visit: what the business is called, its language, and where it is; each of these follows from the others. */
export function Welcome() {
  const found = useQuery({ queryKey: ['beginning'], queryFn: () => answer(client.GET('/api/v1/beginning')) })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  if (found.data.is_over) return <Navigate to="/" replace />
  return <BusinessForm found={found.data} />
}

function BusinessForm({ found }: { found: Beginning }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [form] = Form.useForm<Business>()
  const [chosen, setChosen] = useState<Partial<Record<Place, string>>>({})
  const [isSaving, setSaving] = useState(false)

  const follow = async (place: Place, value: string) => {
    const query = { ...chosen, [place]: value }
    setChosen(query)
    const guessed = await answer(client.GET('/api/v1/beginning', { params: { query } }))
    for (const each of Object.keys(PLACES) as Place[]) if (!query[each]) form.setFieldValue(each, guessed[each])
  }
  const save = async (business: Business) => {
    setSaving(true)
    for (const name of ASKED) {
      if (business[name] === found[name]) continue
      try {
        await answer(
          client.PUT('/api/v1/settings/{name}', {
            params: { path: { name }, header: { 'If-Match': '*' } },
            body: { value: business[name] },
          }),
        )
      } catch (fault) {
        form.setFields([{ name, errors: [fault instanceof Error ? fault.message : String(fault)] }])
        return setSaving(false)
      }
    }
    queries.setQueryData(['beginning'], await answer(client.POST('/api/v1/beginning/settle')))
    await queries.invalidateQueries({ queryKey: ['status'] })
    await navigate({ to: '/', replace: true })
  }
  return (
    <Page title={t('welcome.title')}>
      <Card style={{ maxWidth: 560 }}>
        <Typography.Paragraph>{t('welcome.about')}</Typography.Paragraph>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ ...found, locale: i18n.language }}
          onFinish={(business) => void save(business)}
        >
          <Form.Item name="name" label={t('welcome.name')} rules={[{ required: true, whitespace: true, message: t('welcome.needsName') }]}>
            <Input maxLength={100} autoFocus autoComplete="organization" />
          </Form.Item>
          <Form.Item name="locale" label={t('welcome.locale')} extra={t('welcome.localeFor')}>
            <Select
              options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
              onChange={(value: Language) => void speak(value)}
            />
          </Form.Item>
          {(Object.keys(PLACES) as Place[]).map((place) => (
            <Form.Item key={place} name={place} label={t(`welcome.${place}`)} extra={t(`welcome.${place}For`)}>
              <Select
                showSearch={{ optionFilterProp: 'label' }}
                options={choicesOf(place, found[PLACES[place]] as string[])}
                onChange={(value: string) => void follow(place, value)}
              />
            </Form.Item>
          ))}
          <Typography.Paragraph type="secondary">{t('welcome.later')}</Typography.Paragraph>
          <Button type="primary" htmlType="submit" loading={isSaving}>
            {t('welcome.goOn')}
          </Button>
        </Form>
      </Card>
    </Page>
  )
}
