import { CodeOutlined } from '@ant-design/icons'
import { Button, Popover, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

/** The command and the call that do what a page does; only the call where a running server alone can do it. */
export function CopyAs({ command, call }: { command?: string; call: string }) {
  const { t } = useTranslation()
  const content = (
    <div style={{ maxWidth: 420 }}>
      {command && (
        <Typography.Paragraph copyable={{ text: command }} code>
          {command}
        </Typography.Paragraph>
      )}
      <Typography.Paragraph copyable={{ text: call }} code style={{ marginBottom: 0 }}>
        {call}
      </Typography.Paragraph>
    </div>
  )
  return (
    <Popover content={content} trigger="click" placement="bottomRight">
      <Button icon={<CodeOutlined />}>{t('copyAs')}</Button>
    </Popover>
  )
}
