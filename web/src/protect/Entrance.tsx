import { Button, Card, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, speak, type Language } from '../app/words'

/** A page before anybody is signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const { i18n } = useTranslation()
  return (
    <main style={{ minHeight: '100vh', display: 'grid', placeItems: 'center', padding: 16 }}>
      <div style={{ width: '100%', maxWidth: 420 }}>
        <Card>
          <Typography.Title level={1} style={{ fontSize: 24, marginTop: 0 }}>
            {title}
          </Typography.Title>
          {children}
        </Card>
        <div style={{ textAlign: 'center', marginTop: 12 }}>
          {Object.entries(LANGUAGES).map(([key, label]) => (
            <Button key={key} type="link" disabled={i18n.language === key} onClick={() => void speak(key as Language)}>
              {label}
            </Button>
          ))}
        </div>
      </div>
    </main>
  )
}
