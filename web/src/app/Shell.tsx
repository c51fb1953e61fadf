import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Button, Dropdown, Grid, Layout, Spin, Typography, theme } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { SignIn } from '../protect/SignIn'
import { signOut, useSession, type User } from '../protect/session'
import { Fault } from './Fault'
import { FindButton } from './Find'
import { Rooms, RoomsButton } from './Navigation'
import { useGoOn } from './away'
import { LANGUAGES, speak, type Language } from './words'

/** What stands around every page: the rooms, who is here, and the language. */
export function Shell() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const queries = useQueryClient()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const { token } = theme.useToken()
  const { lg: isWide } = Grid.useBreakpoint()
  useGoOn()
  const last = useRef<User>(null)
  if (!session.data) last.current = null
  else if (session.data.user) last.current = session.data.user
  if (session.isPending) return <Spin fullscreen description={t('loading')} />
  if (!session.data) return <Fault fault={session.error} again={() => void session.refetch()} />
  const user = last.current
  if (!user) return <SignIn hasOwner={session.data.has_owner} />
  const isOver = !session.data.user
  return (
    <>
    {isOver && (
      <div style={{ position: 'fixed', inset: 0, zIndex: 2000, overflow: 'auto', background: token.colorBgLayout }}>
        <SignIn hasOwner />
      </div>
    )}
    <Layout style={{ minHeight: '100vh' }} inert={isOver}>
      <a className="skip" href="#content">
        {t('rooms.skip')}
      </a>
      {isWide && (
        <Layout.Sider theme="light" width={216} style={{ position: 'sticky', top: 0, height: '100vh', overflowY: 'auto', scrollbarWidth: 'thin' }}>
          <Typography.Text strong style={{ display: 'block', padding: '16px 24px 8px', fontSize: 18 }}>
            {t('rooms.name')}
          </Typography.Text>
          <Rooms path={path} allows={user.allows} />
        </Layout.Sider>
      )}
      <Layout style={{ minWidth: 0 }}>
        <Layout.Header
          style={{ background: 'transparent', padding: '0 16px', display: 'flex', gap: 4, alignItems: 'center' }}
        >
          {!isWide && <RoomsButton path={path} allows={user.allows} />}
          <FindButton allows={user.allows} />
          <span style={{ flex: 1 }} />
          <Dropdown
            trigger={['click']}
            menu={{
              items: Object.entries(LANGUAGES).map(([key, label]) => ({ key, label })),
              selectedKeys: [i18n.language],
              onClick: ({ key }) => void speak(key as Language).then(() => queries.invalidateQueries()),
            }}
          >
            <Button type="text">{LANGUAGES[i18n.language as Language]}</Button>
          </Dropdown>
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'role', label: t(`roles.${user.role}`), disabled: true },
                { key: 'out', label: t('session.out') },
              ],
              onClick: ({ key }) => key === 'out' && void signOut(queries),
            }}
          >
            <Button type="text">{user.name}</Button>
          </Dropdown>
        </Layout.Header>
        <Layout.Content style={{ padding: '0 16px 48px', maxWidth: 1200, width: '100%', margin: '0 auto' }}>
          <main id="content" tabIndex={-1}>
            <Outlet />
          </main>
        </Layout.Content>
      </Layout>
    </Layout>
    </>
  )
}
