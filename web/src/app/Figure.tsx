import { Card, Typography, type TableColumnsType } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Table } from './Table'
import { Said } from './Said'

interface Shape<Row extends object> {
  title: string
  /** What the picture shows, in sentences. */
  words: readonly string[]
  columns: TableColumnsType<Row>
  rows: readonly Row[]
  extra?: ReactNode
  children: ReactNode
}

/** A picture with what it shows in words beneath, and its numbers as a table for whoever wants them. */
export function Figure<Row extends object>({ title, words, columns, rows, extra, children }: Shape<Row>) {
  const { t } = useTranslation()
  return (
    <Card title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{title}</h2>} extra={extra} size="small" style={{ marginBottom: 16 }}>
      <figure style={{ margin: 0 }}>
        {children}
        <figcaption style={{ marginTop: 8 }}>
          {words.map((sentence) => (
            <Typography.Paragraph key={sentence} style={{ marginBottom: 4 }}>
              <Said words={sentence} />
            </Typography.Paragraph>
          ))}
        </figcaption>
      </figure>
      <details style={{ marginTop: 8 }}>
        <summary style={{ cursor: 'pointer' }}>{t('figure.numbers')}</summary>
        <Table<Row>
          size="small"
          rowKey={(row) => JSON.stringify(row)}
          dataSource={[...rows]}
          columns={columns}
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: 'max-content' }}
          style={{ marginTop: 8 }}
        />
      </details>
    </Card>
  )
}
