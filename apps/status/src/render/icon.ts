/** Inside of the document, so that nobody has to ask for it. */
export const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M3 27V17h5v10zM11 27V11h5v16zM19 27V5h5v22z" fill="#1a9c8b"/><path d="M1 30h30" stroke="#8a90a0" stroke-width="2"/></svg>',
)}`
