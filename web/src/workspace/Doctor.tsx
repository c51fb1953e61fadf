import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Sentence } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Page } from '../app/Page'
import { Said } from '../app/Said'
import { lookOf, State } from '../app/State'

const ORDER = ['bad', 'look', 'good']

/** Where what a check complains of is mended. */
const WHERE: Readonly<Record<string, string>> = {
  sender: '/settings/sender',
  quarantine: '/data/quarantine',
  freshness: '/',
  outbox: '/campaigns',
  channels: '/campaigns',
  audit: '/audit',
}

/** Every check of the workspace: what is not sound first, with what to do. */
export function Doctor() {
  const { t, i18n } = useTranslation()
  const found = useQuery({ queryKey: ['doctor', i18n.language], queryFn: () => answer(client.GET('/api/v1/doctor')) })
  const place = (each: { state: string | Sentence }) => ORDER.indexOf(text(each.state))
  const checks = [...(found.data?.items ?? [])].sort((one, other) => place(one) - place(other))
  const bad = checks.filter((each) => each.state !== 'good').length
  return (
    <Page
      title={t('rooms.doctor')}
      actions={
        <>
          <CopyAs command="coterie doctor" call="GET /api/v1/doctor" />
          <Button loading={found.isFetching} onClick={() => void found.refetch()}>
            {t('doctor.again')}
          </Button>
        </>
      }
    >
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && (
        <>
          <Typography.Paragraph strong>{bad ? t('doctor.some', { count: bad, n: bad, all: checks.length }) : t('doctor.well', { all: checks.length })}</Typography.Paragraph>
          <Flex vertical component="ul" style={{ listStyle: 'none', padding: 0, margin: 0 }} gap={12}>
            {checks.map((each) => (
              <li key={text(each.check) + text(each.finding)}>
                <State is={lookOf(text(each.state))}>{t(`doctor.states.${text(each.state)}`)}</State>
                <Typography.Text strong>{t(`doctor.checks.${text(each.check)}`, { defaultValue: text(each.check) })}</Typography.Text>
                <div>
                  <Said words={text(each.finding)} />{' '}
                  {each.state !== 'good' && WHERE[text(each.check)] && <Link to={WHERE[text(each.check)]!}>{t('home.look')}</Link>}
                </div>
              </li>
            ))}
          </Flex>
        </>
      )}
    </Page>
  )
}
