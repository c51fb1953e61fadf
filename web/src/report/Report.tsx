import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Page } from '../app/Page'
import { save } from '../app/saving'
import { language } from '../app/words'
import { useMay } from '../protect/session'
import { stageOf, useJob } from '../workspace/jobs'

/** The report in the language of the page: read here, in a frame that can do nothing, or taken as a file. */
export function Report() {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const found = useQuery({
    queryKey: ['report', i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/report', { params: { query: { language: language() } }, parseAs: 'text' })),
  })
  const { job, fault, isRunning, start } = useJob(() => answer(client.POST('/api/v1/report', { body: { lang: language() } })))
  const isAbsent = found.error instanceof Problem && found.error.status === 409
  const write = may && (
    <Button type="primary" loading={isRunning} onClick={start}>
      {isRunning ? stageOf(job) || t('report.writing') : found.data ? t('report.renew') : t('report.write')}
    </Button>
  )
  return (
    <Page
      title={t('rooms.report')}
      actions={
        <>
          <CopyAs command={`coterie report --lang ${language()}`} call={`POST /api/v1/report · GET /api/v1/report?language=${language()}`} />
          {found.data && (
            <Button icon={<DownloadOutlined />} onClick={() => save(`report-${language()}.html`, found.data, 'text/html')}>
              {t('report.download')}
            </Button>
          )}
          {found.data && write}
        </>
      }
    >
      {!!fault && <Fault fault={fault} />}
      {job?.problem && <Fault fault={new Error(String(job.problem.detail))} />}
      {found.isPending && <Skeleton active />}
      {found.isError && !isAbsent && <Fault fault={found.error} again={() => void found.refetch()} />}
      {isAbsent && (
        <Flex vertical align="center">
          <Empty description={t('report.none')}>{write}</Empty>
        </Flex>
      )}
      {found.data && (
        <iframe
          title={t('rooms.report')}
          sandbox=""
          srcDoc={found.data}
          style={{ width: '100%', height: 'calc(100vh - 180px)', minHeight: 480, border: '1px solid rgb(128 128 128 / 0.3)', borderRadius: 8, background: 'white' }}
        />
      )}
    </Page>
  )
}
