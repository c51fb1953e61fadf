import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { said } from '../words/said'

export const LANGUAGES = { en: 'English', zh: '简体中文' } as const
export type Language = keyof typeof LANGUAGES
const KEPT = 'coterie.language'

function first(): Language {
  const chosen = localStorage.getItem(KEPT) ?? navigator.language
  return chosen.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** Shows everything in `language` from now on, on this device. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  await i18next.changeLanguage(language)
}

export function language(): Language {
  return i18next.language === 'zh' ? 'zh' : 'en'
}

void i18next.use(initReactI18next).init({
  lng: first(),
  fallbackLng: 'en',
  resources: { en: { translation: said('en') }, zh: { translation: said('zh') } },
  interpolation: { escapeValue: false },
})
document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en'
