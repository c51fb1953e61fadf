import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App as Messages, ConfigProvider, theme } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, onSignedOut } from '../api/client'
import { SESSION } from '../protect/session'
import { router } from './router'

/** All rooms are in sight on a laptop. */
const MENU = { itemHeight: 34, itemMarginBlock: 2, groupTitleLineHeight: 1.2 }

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, fault) => fault instanceof Problem && fault.status === 503 && count < 5,
      retryDelay: (count) => Math.min(500 * 2 ** count, 8_000),
    },
  },
})
onSignedOut(() => void queries.invalidateQueries({ queryKey: SESSION }))

// Every text stands 4.5 : 1 off what is behind it (WCAG 2.2, 1.4.3), which the colours of the library do not.
const LIGHT = {
  colorPrimary: '#3b5bdb',
  colorLink: '#3b5bdb',
  colorError: '#c9182b',
  colorTextDescription: '#5c6070',
  colorTextTertiary: '#5c6070',
  colorTextPlaceholder: '#6b7080',
}
const DARK = {
  colorPrimary: '#5c7cfa',
  colorLink: '#91a7ff',
  colorError: '#ff6b70',
  colorTextDescription: '#b8bcc8',
  colorTextTertiary: '#b8bcc8',
  colorTextPlaceholder: '#9aa0ae',
}

/** Whether the browser says that its user prefers something; followed when that changes. */
function usePreference(preference: string): boolean {
  const asked = useMemo(() => window.matchMedia(`(${preference})`), [preference])
  const [isAsked, setAsked] = useState(asked.matches)
  useEffect(() => {
    const changed = (event: MediaQueryListEvent) => setAsked(event.matches)
    asked.addEventListener('change', changed)
    return () => asked.removeEventListener('change', changed)
  }, [asked])
  return isAsked
}

export function App() {
  const { i18n } = useTranslation()
  const isDark = usePreference('prefers-color-scheme: dark')
  const isStill = usePreference('prefers-reduced-motion: reduce')
  return (
    <ConfigProvider
      locale={i18n.language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { borderRadius: 8, motion: !isStill, ...(isDark ? DARK : LIGHT) },
        components: isDark
            ? { Menu: { ...MENU, itemSelectedColor: '#dbe4ff' }, Tabs: { itemSelectedColor: '#dbe4ff' } }
            : { Menu: MENU },
      }}
    >
      <Messages>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} context={{ queries }} />
        </QueryClientProvider>
      </Messages>
    </ConfigProvider>
  )
}
