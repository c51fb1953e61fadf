import { EditOutlined } from '@ant-design/icons'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Empty, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { nameInAddress } from '../app/addresses'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sections } from '../app/Sections'
import { lookOf, State } from '../app/State'
import { Held } from '../deliver/Brakes'
import { Messages } from '../deliver/Messages'
import { SendCampaign } from '../deliver/SendCampaign'
import { CampaignResults } from '../measure/CampaignResults'
import { Unsigned } from '../deliver/Unsigned'
import { useMay } from '../protect/session'
import { Meant } from './Campaigns'
import { PlanView } from './PlanView'
import { ByTime } from './ByTime'
import { CloneCampaign } from './CloneCampaign'
import { baseName, stateOf, type Counts } from './campaign'
import { useCampaigns, useDefinitions, useForeseen, useSending, useStopped, useUnsigned } from './queries'

const SECTIONS = ['plan', 'messages', 'results'] as const
type Section = (typeof SECTIONS)[number]

/** One campaign: who would get it, how far it has come, and what it changed. */
export function CampaignPage() {
  const { t } = useTranslation()
  const { name = '', section } = useParams({ strict: false })
  const may = useMay('manage')
  const sending = useSending(name)
  const counts = useCampaigns(!!sending.data)
  const definitions = useDefinitions()
  const stopped = useStopped()
  const isUnsigned = useUnsigned()
  if (counts.isPending || definitions.isPending) return <Skeleton active />
  if (counts.isError) return <PageFault fault={counts.error} again={() => void counts.refetch()} />
  const found = counts.data.find((each) => each.campaign === name)
  const body = definitions.data?.get(baseName(name))?.body
  if (!found)
    return (
      <Page title={name}>
        <Empty description={t('campaign.unknown', { name })}>
          <Link to="/campaigns">{t('campaign.all')}</Link>
        </Empty>
      </Page>
    )
  const state = stateOf(found, !!stopped.data)
  const isOver = found.launched && found.queued === 0
  const usual: Section = !found.launched ? 'plan' : isOver ? 'results' : 'messages'
  const open = SECTIONS.find((each) => each === section && !(isOver && each === 'plan')) ?? usual
  return (
    <Page title={name} actions={<Actions name={name} section={open} canEdit={may && !found.launched && !!body} />}>
      {stopped.data && <Held {...stopped.data} />}
      <Flex vertical gap={8} style={{ marginBottom: 16 }}>
        <Flex gap={8} align="center" wrap>
          <State is={lookOf(state)}>{t(`campaigns.is.${state}`)}</State>
          {body?.description && <Typography.Text>{body.description}</Typography.Text>}
        </Flex>
        {body ? <Meant body={body} /> : <Alert type="info" showIcon title={t('campaign.retired')} />}
        {!isOver && isUnsigned && <Unsigned />}
        {body && <ByTime counts={found} body={body} />}
        <SendCampaign name={name} isLaunched={found.launched} isOver={isOver || (!!body?.repeats && !found.launched)} />
      </Flex>
      <Sections
        label={t('campaign.sections')}
        open={open}
        sections={SECTIONS.filter((key) => !(isOver && key === 'plan')).map((key) => ({
          key,
          label: t(`campaign.${key}`),
          to: `/campaigns/${encodeURIComponent(nameInAddress(name))}/${key}`,
        }))}
      />
      <Shown counts={found} section={open} />
    </Page>
  )
}

function Shown({ counts, section }: { counts: Counts; section: Section }) {
  const { t } = useTranslation()
  if (section === 'plan') return <Foreseen name={counts.campaign} />
  if (!counts.launched) return <Empty description={t('campaign.notSent')} />
  return section === 'messages' ? <Messages counts={counts} /> : <CampaignResults name={counts.campaign} />
}

function Foreseen({ name }: { name: string }) {
  const found = useForeseen(name)
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  return <PlanView found={found.data} />
}

function Actions({ name, section, canEdit }: { name: string; section: Section; canEdit: boolean }) {
  const { t } = useTranslation()
  return (
    <>
      <CopyAs command={`coterie campaigns ${section} ${name}`} call={`GET /api/v1/campaigns/${name}/${section}`} />
      <CloneCampaign name={baseName(name)} />
      {canEdit && (
        <Link to="/campaigns/$name/edit/$step" params={{ name, step: 'goal' }}>
          <Button icon={<EditOutlined />}>{t('campaign.edit')}</Button>
        </Link>
      )}
    </>
  )
}
