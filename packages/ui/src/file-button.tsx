import { buttonClass } from './button.tsx'

interface FileButtonProps {
  text: string
  /** Types and endings, as the attribute of an input has them. */
  accept: string
  disabled: boolean
  onChoose: (file: File) => void
}

/** A button that lets somebody choose a file; the same one may be chosen again. */
export function FileButton({ text, accept, disabled, onChoose }: FileButtonProps) {
  return (
    <label className={`${buttonClass('secondary')} relative cursor-pointer has-focus-visible:outline-2`}>
      {text}
      <input
        type="file"
        accept={accept}
        disabled={disabled}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          currentTarget.value = ''
          if (file) onChoose(file)
        }}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
    </label>
  )
}
