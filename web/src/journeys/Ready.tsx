import { Link } from '@tanstack/react-router'
import { Button, Card, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { READY } from './edit/ready'

/** Journeys to begin with, each filled in as far as this base allows. */
export function ReadyJourneys() {
  const { t } = useTranslation()
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('journeys.readyOnes')}
      </Typography.Title>
      <Flex wrap gap={12}>
        {READY.map((each) => (
          <Card key={each} size="small" style={{ width: 260 }}>
            <Typography.Text strong>{t(`journeys.ready.${each}.label`)}</Typography.Text>
            <Typography.Paragraph type="secondary">{t(`journeys.ready.${each}.about`)}</Typography.Paragraph>
            <Link to="/journeys/new" search={{ begin: each }}>
              <Button size="small">
                {t('journeys.begin')}
              </Button>
            </Link>
          </Card>
        ))}
      </Flex>
    </>
  )
}
