import { type ReactNode, useId } from 'react'

interface SettingsSectionProps {
  title: string
  /** What it is about, below the title. */
  hint?: string
  /** The button that makes another one. */
  action?: ReactNode
  children: ReactNode
}

/** One subject of the settings under its title. */
export function SettingsSection({ title, hint, action, children }: SettingsSectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex w-full flex-col gap-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 id={id} className="text-title font-medium">
            {title}
          </h2>
          {hint && <p className="text-prose text-muted">{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
