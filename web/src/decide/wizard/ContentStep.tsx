import { EditOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Col, Flex, Row, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { Fault } from '../../app/Fault'
import { Preview } from '../../compose/Preview'
import { TemplateForm } from '../../compose/TemplateForm'
import { begun, type TemplateBody } from '../../compose/template'
import type { StepShape } from './Wizard'

/** What it says: a template that is there, changed or as it is, or a new one; beside it what somebody would read. */
export function ContentStep({ draft, change }: StepShape) {
  const { t, i18n } = useTranslation()
  const { campaign, template } = draft
  const [language, speak] = useState(template?.language ?? 'en')
  const found = useQuery({
    queryKey: ['definitions', 'template'],
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}', { params: { path: { kind: 'template' } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const kept = found.data.items
  const segment = campaign.audience.everybody ? undefined : campaign.audience.segments?.[0]
  const take = (name: string) =>
    change({ ...draft, campaign: { ...campaign, template: name, variants: [] }, template: null, madeFrom: { ...draft.madeFrom, template: 0 } })
  const write = (body: TemplateBody, version: number) => {
    speak(body.language ?? 'en')
    change({ ...draft, campaign: { ...campaign, template: body.name, variants: [] }, template: body, madeFrom: { ...draft.madeFrom, template: version } })
  }
  const begin = () => {
    const taken = new Set(kept.map((each) => text(each.name)))
    const wished = campaign.name || 'message'
    let name = wished
    for (let number = 2; taken.has(name); number++) name = `${wished}-${number}`
    const said = {
      subject: t('template.begin.subject'),
      heading: t('template.begin.heading'),
      text: t('template.begin.text'),
      button: t('template.begin.button'),
    }
    write(begun(name, i18n.language === 'zh' ? 'zh' : 'en', said), 0)
  }
  const chosen = kept.find((each) => text(each.name) === campaign.template)
  const several = campaign.variants ?? []
  const toPreview = template ?? campaign.template ?? several[0]?.template
  return (
    <Row gutter={[24, 24]}>
      <Col xs={24} lg={11}>
        <Flex gap={8} wrap style={{ marginBottom: 16 }}>
          <Select
            aria-label={t('template.choose')}
            placeholder={t('template.choose')}
            showSearch={{ optionFilterProp: 'label' }}
            value={template ? null : campaign.template || null}
            options={kept.map((each) => ({ value: text(each.name), label: text(each.name) }))}
            onChange={(name: string | null) => name && take(name)}
            style={{ flex: '1 1 200px' }}
          />
          <Button icon={<PlusOutlined />} onClick={begin}>
            {t('template.new')}
          </Button>
          {!template && chosen && (
            <Button icon={<EditOutlined />} onClick={() => write(chosen.body as unknown as TemplateBody, chosen.version)}>
              {t('template.edit')}
            </Button>
          )}
        </Flex>
        {several.length > 0 && (
          <Alert type="info" showIcon title={t('template.several', { names: several.map((each) => each.template).join(', ') })} />
        )}
        {template && draft.madeFrom.template > 0 && (
          <Alert type="info" showIcon title={t('template.shared', { name: template.name })} style={{ marginBottom: 16 }} />
        )}
        {template && (
          <TemplateForm
            template={template}
            isNew={draft.madeFrom.template === 0}
            language={language}
            speak={speak}
            change={(changed) => change({ ...draft, template: changed })}
          />
        )}
      </Col>
      <Col xs={24} lg={13}>
        {toPreview ? (
          <Preview template={toPreview} segment={segment} language={template ? language : undefined} />
        ) : (
          <Alert type="info" showIcon title={t('template.none')} />
        )}
      </Col>
    </Row>
  )
}
