export function Kbd({ children, className = '' }: { children: string; className?: string }) {
  return (
    <kbd
      className={`num inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[4px] border border-current/25 px-1 text-12 font-normal ${className}`}
    >
      {children}
    </kbd>
  )
}
