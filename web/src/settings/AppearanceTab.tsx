import { useLanguageChoice } from '../frame/language'
import { THEME_CHOICES, type ThemeChoice, useThemeChoice } from '../frame/theme'
import { Field, Select } from '../ui/Field'
import { isLanguage, LANGUAGES, words } from '../words'
import { SettingsSection } from './SettingsSection'

/** How the pages look for this user. */
export function AppearanceTab() {
  const say = words.settings
  const [choice, choose] = useThemeChoice()
  const names: Record<ThemeChoice, string> = {
    system: say.themeSystem,
    dark: say.themeDark,
    light: say.themeLight,
  }
  return (
    <SettingsSection title={say.appearance}>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium">{say.theme}</legend>
        {THEME_CHOICES.map((each) => (
          <label key={each} className="flex items-center gap-2">
            <input
              type="radio"
              name="theme"
              checked={choice === each}
              onChange={() => choose(each)}
              className="accent-accent-fill"
            />
            {names[each]}
          </label>
        ))}
        <p className="text-small text-muted">{say.themeHint}</p>
      </fieldset>
      <LanguageField />
    </SettingsSection>
  )
}

function LanguageField() {
  const say = words.settings
  const [choice, choose] = useLanguageChoice()
  const names = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))
  return (
    <div className="max-w-sm">
      <Field label={say.language} hint={say.languageHint}>
        {(ids) => (
          <Select
            {...ids}
            className="w-56"
            value={choice}
            onChange={({ target }) => choose(isLanguage(target.value) ? target.value : 'system')}
            options={[{ value: 'system', label: say.languageSystem }, ...names]}
          />
        )}
      </Field>
    </div>
  )
}
