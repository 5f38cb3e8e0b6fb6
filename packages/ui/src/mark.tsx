/** The sign of the product: four ticks on their line, the last one cut. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true" className="shrink-0">
      <path d="M1 20.5h20" stroke="currentColor" strokeWidth="1.5" />
      <path d="M3 18.5v-6h2.6v6zM7.6 18.5v-10h2.6v10zM16.8 18.5v-8h2.6v8z" fill="var(--up)" />
      <path d="M12.2 18.5V2l2.6 4v12.5z" fill="var(--accent)" />
    </svg>
  )
}
