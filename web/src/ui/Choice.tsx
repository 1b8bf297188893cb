interface ChoiceProps<Value extends string> {
  label: string
  options: readonly { value: Value; label: string }[]
  chosen: Value
  choose: (value: Value) => void
}

/** One of very few values, all of them in view. */
export function Choice<Value extends string>({
  label,
  options,
  chosen,
  choose,
}: ChoiceProps<Value>) {
  return (
    <fieldset className="flex items-center rounded-md border border-line-strong/60">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="cursor-pointer rounded-md px-2 py-0.5 whitespace-nowrap text-muted hover:text-text has-checked:bg-tint/60 has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={label}
            className="sr-only"
            checked={chosen === option.value}
            onChange={() => choose(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
