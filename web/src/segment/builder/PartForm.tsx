import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown, Flex, Input, Select, Typography, theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { whole } from '../../app/numbers'
import { ConditionForm } from './ConditionForm'
import { Handle } from './Handle'
import { comparesTrait, joins } from './grammar'
import { useKnown } from './known'
import { blank, condition, group, other, type Group, type Part } from './rule'
import { useTree } from './tree'
import { POPUP, WIDE } from './popups'

/** One part of the rule with what can be done to it: moved, taken away, and how many it holds by itself. */
function Row({ part, isOnly }: { part: Part; isOnly: boolean }) {
  const { t } = useTranslation()
  const { remove, sizes, dragged } = useTree()
  const size = sizes.get(part.id)
  return (
    <Flex gap={4} align="flex-start" data-row={part.id} style={{ opacity: dragged === part.id ? 0.4 : 1 }}>
      <Handle part={part} />
      <div style={{ flex: 1, minWidth: 0 }}>
        <PartForm part={part} />
      </div>
      {size !== undefined && part.kind !== 'group' && (
        <Typography.Text type="secondary" title={t('rule.alone', { n: whole(size) })} style={{ lineHeight: '32px', fontVariantNumeric: 'tabular-nums' }}>
          {whole(size)}
        </Typography.Text>
      )}
      <Button type="text" icon={<DeleteOutlined />} aria-label={t('rule.remove')} disabled={isOnly} onClick={() => remove(part.id)} />
    </Flex>
  )
}

/** The form of one part, with those in it. */
export function PartForm({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { change } = useTree()
  if (part.kind === 'group') return <GroupForm part={part} />
  if (part.kind === 'condition') return <ConditionForm part={part} change={change} />
  return (
    <Input.TextArea
      aria-label={t('rule.other')}
      autoSize
      value={part.text}
      onChange={(event) => change({ ...part, text: event.target.value })}
      style={{ fontFamily: 'monospace' }}
    />
  )
}

function GroupForm({ part }: { part: Group }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const { grammar } = useKnown()
  const { change, root, drop } = useTree()
  const { parts } = part
  const words = [...grammar.operators.values()].filter((each) => joins(each, grammar) === 'many' || (joins(each, grammar) === 'one' && parts.length === 1))
  const line = <div aria-hidden style={{ height: 3, borderRadius: 2, background: token.colorPrimary }} />
  const droppedAt = (place: number) => drop?.into === part.id && drop.place === place
  return (
    <div
      role="group"
      aria-label={t(`rule.${part.op}`, { defaultValue: part.op })}
      data-group={part.id}
      style={{ borderInlineStart: `3px solid ${part.op === 'none' || part.op === 'not' ? token.colorError : token.colorPrimary}`, paddingInlineStart: 8 }}
    >
      <Select
        aria-label={t('rule.group')}
        value={part.op}
        onChange={(op) => change({ ...part, op })}
        options={words.map((each) => ({ value: each.name, label: t(`rule.${each.name}`, { defaultValue: each.title }) }))}
        popupMatchSelectWidth={POPUP}
        style={{ marginBottom: 8, minWidth: 180 }}
      />
      <Flex vertical gap={8}>
        {parts.map((each, place) => (
          <div key={each.id}>
            {droppedAt(place) && line}
            <Row part={each} isOnly={parts.length === 1 && root.id === part.id} />
          </div>
        ))}
        {droppedAt(parts.length) && line}
      </Flex>
      <Adding part={part} />
    </div>
  )
}

/** What can be added to a group: a trait compared, any other operator there is, a group. */
function Adding({ part }: { part: Group }) {
  const { t } = useTranslation()
  const { grammar } = useKnown()
  const { change } = useTree()
  const words = [...grammar.operators.values()]
  const compared = words.find((each) => each.name === '>=' && comparesTrait(each)) ?? words.find(comparesTrait)
  const plain = words.filter((each) => !comparesTrait(each) && !joins(each, grammar))
  const made = (key: string): Part => {
    if (key === 'group') return group([made('trait')], part.op === 'any' ? 'all' : 'any')
    if (key === 'other') return other()
    const word = key === 'trait' ? compared! : grammar.operators.get(key.slice(WORD.length))!
    return condition(word.name, blank(word))
  }
  return (
    <Dropdown
      trigger={['click']}
      styles={WIDE}
      menu={{
        items: [
          ...(compared ? [{ key: 'trait', label: t('rule.add.trait') }] : []),
          ...plain.map((each) => ({ key: `${WORD}${each.name}`, label: t(`rule.add.${each.name}`, { defaultValue: each.title }), title: each.about.split('\n')[0] })),
          { key: 'group', label: t('rule.add.group') },
          { key: 'other', label: t('rule.add.other') },
        ],
        onClick: ({ key }) => change({ ...part, op: part.op === 'not' ? 'none' : part.op, parts: [...part.parts, made(key)] }),
      }}
    >
      <Button size="small" icon={<PlusOutlined />} style={{ marginTop: 8 }}>
        {t('rule.addCondition')}
      </Button>
    </Dropdown>
  )
}

const WORD = 'word '
