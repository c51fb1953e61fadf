import { PlusOutlined } from '@ant-design/icons'
import { Flex, Form, Input, Segmented, Select } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useTraitNames } from '../profile/traits'
import { text } from '../api/client'
import { insertedAt, reworded, wordsIn, type TemplateBody } from './template'

const LANGUAGES = ['en', 'zh', 'de', 'fr', 'es', 'it', 'ja', 'pt']

interface Shape {
  template: TemplateBody
  isNew: boolean
  language: string
  speak: (language: string) => void
  change: (template: TemplateBody) => void
}

/** A template as it is written, language by language. */
export function TemplateForm({ template, isNew, language, speak, change }: Shape) {
  const { t } = useTranslation()
  const body = useRef<TextAreaRef>(null)
  const traits = useTraitNames()
  const own = template.language ?? 'en'
  const languages = [own, ...Object.keys(template.languages ?? {})]
  const words = wordsIn(template, language)
  const set = (changed: Parameters<typeof reworded>[2]) => change(reworded(template, language, changed))
  const insert = (trait: string) => {
    const area = body.current?.resizableTextArea?.textArea
    const written = words.body ?? ''
    const at = area?.selectionStart ?? written.length
    set({ body: insertedAt(written, `{{ profile.${trait} }}`, at, area?.selectionEnd ?? at) })
  }
  const shown = (own === language ? '' : template.subject) || undefined
  return (
    <Form layout="vertical" requiredMark={false}>
      {isNew && (
        <Form.Item label={t('template.name')} htmlFor="template-name">
          <Input
            id="template-name"
            value={template.name}
            maxLength={80}
            onChange={(event) => change({ ...template, name: event.target.value.toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^[-_]+/, '') })}
          />
        </Form.Item>
      )}
      <Flex gap={12} align="center" wrap style={{ marginBottom: 12 }}>
        <Segmented aria-label={t('template.language')} value={language} onChange={speak} options={languages} />
        <Select
          aria-label={t('template.addLanguage')}
          placeholder={t('template.addLanguage')}
          suffixIcon={<PlusOutlined />}
          value={null}
          size="small"
          options={LANGUAGES.filter((each) => !languages.includes(each)).map((value) => ({ value, label: value }))}
          onChange={(added: string | null) => {
            if (!added) return
            change({ ...template, languages: { ...template.languages, [added]: {} } })
            speak(added)
          }}
          style={{ minWidth: 130 }}
        />
      </Flex>
      <Form.Item label={t('template.subject')} htmlFor="subject">
        <Input
          id="subject"
          value={words.subject ?? ''}
          maxLength={500}
          placeholder={shown}
          onChange={(event) => set({ subject: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('template.preheader')} htmlFor="preheader">
        <Input id="preheader" value={words.preheader ?? ''} maxLength={500} onChange={(event) => set({ preheader: event.target.value })} />
      </Form.Item>
      <Form.Item
        label={
          <Flex gap={12} align="center" wrap>
            <span>{t('template.body')}</span>
            <Select
              aria-label={t('template.insert')}
              placeholder={t('template.insert')}
              size="small"
              showSearch={{ optionFilterProp: 'label' }}
              value={null}
              options={(traits.data?.items ?? []).map((each) => ({ value: text(each.name), label: text(each.label) || text(each.name) }))}
              onChange={(trait: string | null) => trait && insert(trait)}
              style={{ minWidth: 170 }}
            />
          </Flex>
        }
        htmlFor="body"
        extra={t('template.bodyHint')}
      >
        <Input.TextArea
          id="body"
          ref={body}
          value={words.body ?? ''}
          autoSize={{ minRows: 12, maxRows: 28 }}
          spellCheck={false}
          onChange={(event) => set({ body: event.target.value })}
          style={{ fontFamily: 'ui-monospace, monospace', fontSize: 13 }}
        />
      </Form.Item>
      <Form.Item label={t('template.text')} htmlFor="text-part" extra={t('template.textHint')}>
        <Input.TextArea
          id="text-part"
          value={words.text ?? ''}
          autoSize={{ minRows: 2, maxRows: 12 }}
          onChange={(event) => set({ text: event.target.value || null })}
        />
      </Form.Item>
      <Defaults template={template} change={change} />
    </Form>
  )
}

/** What stands where a trait is not known: a row for each trait that the words name. */
function Defaults({ template, change }: Pick<Shape, 'template' | 'change'>) {
  const { t } = useTranslation()
  const written = JSON.stringify(template)
  const named = [...new Set([...written.matchAll(/profile\.([a-z_][a-z0-9_]*)/gi)].map((found) => found[1] ?? ''))].sort()
  if (!named.length) return null
  const given = template.defaults ?? {}
  return (
    <Form.Item label={t('template.defaults')}>
      <Flex vertical gap={8}>
        {named.map((trait) => (
          <Input
            key={trait}
            aria-label={t('template.default', { trait })}
            prefix={trait}
            value={String(given[trait] ?? '')}
            onChange={({ target }) => {
              const { [trait]: _, ...others } = given
              change({ ...template, defaults: target.value ? { ...others, [trait]: target.value } : others })
            }}
          />
        ))}
      </Flex>
    </Form.Item>
  )
}
