import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { ChevronIcon } from './icons'

/** The look of whatever one types into or chooses from. */
export const CONTROL =
  'h-8 w-full min-w-0 rounded-md border border-line-strong/60 bg-page px-2.5 font-normal placeholder:text-muted aria-invalid:border-failed disabled:opacity-55'

interface FieldProps {
  label: string
  /** What the field means or accepts, below it. */
  hint?: ReactNode
  /** What is wrong with the value; it takes the hint's place. */
  problem?: string | undefined
  /** The control, told the ids that tie it to its label and hint. */
  children: (ids: FieldIds) => ReactNode
}

interface FieldIds {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: true
}

/** A control with its label above and what there is to say about it below. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId()
  const below = problem ?? hint
  const ids: FieldIds = {
    id,
    ...(below !== undefined && { 'aria-describedby': `${id}-below` }),
    ...(problem !== undefined && { 'aria-invalid': true as const }),
  }
  return (
    <div className="flex min-w-0 flex-col gap-1 text-table">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children(ids)}
      {below !== undefined && (
        <p
          id={`${id}-below`}
          className={`text-small ${problem === undefined ? 'text-muted' : 'text-failed'}`}
        >
          {below}
        </p>
      )}
    </div>
  )
}

export function Input({ className = '', ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input spellCheck={false} className={`${CONTROL} ${className}`} {...rest} />
}

export function TextArea({ className = '', ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <textarea
      spellCheck={false}
      className={`${CONTROL} h-auto resize-y py-1.5 ${className}`}
      {...rest}
    />
  )
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  options: readonly { value: string; label: string }[]
  /** As low as the buttons of a bar. */
  slim?: boolean
}

/** One of a few known values. For long lists there is `Combobox`. */
export function Select({ options, slim, className = '', ...rest }: SelectProps) {
  return (
    <span className={`relative inline-block ${className}`}>
      <select className={`${CONTROL} appearance-none pr-7 ${slim ? '!h-7' : ''}`} {...rest}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronIcon
        className={`pointer-events-none absolute right-2 !size-3 text-muted ${slim ? 'top-2' : 'top-2.5'}`}
      />
    </span>
  )
}
