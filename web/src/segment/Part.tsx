import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Card, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { PeopleTable, type Row } from '../profile/PeopleTable'
import { useMay } from '../protect/session'
import type { Begun } from './divisions'

interface Shape {
  segmentation: string
  /** The part, or a pattern of cells. */
  part: string
  title: string
  words: readonly string[]
  begun: Begun
  close: () => void
}

/** One part that was chosen: who they are, some of them, and the way to a segment of it. */
export function Part({ segmentation, part, title, words, begun, close }: Shape) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const path = { name: segmentation, part }
  const people = useQuery({
    queryKey: ['part', segmentation, part],
    queryFn: () =>
      answer(client.GET('/api/v1/segmentations/{name}/parts/{part}/members', { params: { path, query: { limit: 10 } } })),
  })
  return (
    <Card
      title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{title}</h2>}
      extra={<Button type="text" icon={<CloseOutlined />} aria-label={t('segmentations.close')} onClick={close} />}
      style={{ marginBottom: 16 }}
    >
      {words.map((sentence) => (
        <Typography.Paragraph key={sentence} style={{ marginBottom: 4 }}>
          {sentence}
        </Typography.Paragraph>
      ))}
      <Flex gap={8} wrap style={{ margin: '12px 0' }}>
        {may && (
          <Link to="/segments/new" search={begun}>
            <Button type="primary">{t('segmentations.make')}</Button>
          </Link>
        )}
        <CopyAs
          command={`coterie segmentations adopt ${segmentation} '${part}'`}
          call={`POST /api/v1/segmentations/${segmentation}/adopt {"part": "${part}"}`}
        />
      </Flex>
      {people.isPending && <Skeleton active />}
      {people.isError && <Fault fault={people.error} />}
      {people.isSuccess && people.data.items.length > 0 && <PeopleTable rows={people.data.items as Row[]} />}
    </Card>
  )
}
