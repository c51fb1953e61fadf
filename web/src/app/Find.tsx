import { SearchOutlined } from '@ant-design/icons'
import { Button, Spin } from 'antd'
import { Suspense, lazy, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

const palette = () => import('./Palette').then((found) => ({ default: found.Palette }))
const Palette = lazy(palette)

/** Ctrl-K or the button: anything is found by its name. What is behind it is loaded once the page is at rest, so that no first letter is lost. */
export function FindButton({ allows }: { allows: readonly string[] }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const resting = window.setTimeout(() => void palette(), 1_500)
    return () => window.clearTimeout(resting)
  }, [])
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setOpen((before) => !before)
      }
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
  return (
    <>
      <Button icon={<SearchOutlined />} aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
        {t('find.open')}
      </Button>
      {isOpen && (
        <Suspense fallback={<Spin fullscreen description={t('loading')} />}>
          <Palette allows={allows} close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
