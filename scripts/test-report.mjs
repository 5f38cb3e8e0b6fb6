// What a suite's report in JUnit's XML says, as `bun test --reporter=junit` writes it.

/**
 * @param {string} xml
 * @returns {{ passed: number, failed: number, skipped: number, failures: { where: string, what: string }[] }}
 *   `failures` has the file and line of each test that failed with its name, and what was said of it.
 */
export function readReport(xml) {
  const [head = ''] = xml.match(/<testsuites[^>]*>/) ?? []
  const number = (field) => Number(attribute(head, field) || 0)
  const failed = number('failures') + number('errors')
  const skipped = number('skipped')
  return { passed: number('tests') - failed - skipped, failed, skipped, failures: failuresIn(xml) }
}

function failuresIn(xml) {
  const cases = xml.matchAll(/<testcase ([^>]*[^/])>([\s\S]*?)<\/testcase>/g)
  return [...cases].flatMap(([, head, body]) => {
    const [, said] = body.match(/<failure[^>]*>([\s\S]*?)<\/failure>/) ?? []
    if (said === undefined && !body.includes('<failure')) return []
    const names = [attribute(head, 'classname'), attribute(head, 'name')].filter((name) => name !== '')
    const where = `${attribute(head, 'file')}:${attribute(head, 'line') || 1} ${names.join(' > ')}`
    return [{ where, what: plain(said ?? '').trim() }]
  })
}

function attribute(head, name) {
  return plain(head.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '')
}

function plain(text) {
  const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
    code ? String.fromCodePoint(Number(code)) : (named[name] ?? whole),
  )
}
