import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import type { Asked } from '../access/guard.ts'

/** The reference for people: Swagger UI over our own OpenAPI document, all of it from our own origin. */
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>The API of BetterUptime</title>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <script src="/api/docs/swagger-ui-bundle.js" defer></script>
    <script src="/api/docs/start.js" defer></script>
  </head>
  <body><main id="reference"></main></body>
</html>
`

const start = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  persistAuthorization: false,
})
`

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const shippedFiles = { 'swagger-ui-bundle.js': 'text/javascript', 'swagger-ui.css': 'text/css' } as const

export function referenceRoutes(): Hono<Asked> {
  const routes = new Hono<Asked>()
  const pageHeaders = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy }
  routes.get('/api/docs', () => new Response(page, { headers: pageHeaders }))
  routes.get('/api/docs/start.js', () => new Response(start, { headers: { 'content-type': 'text/javascript' } }))
  for (const [name, type] of Object.entries(shippedFiles)) {
    const path = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))
    const headers = { 'content-type': type, 'cache-control': 'max-age=86400' }
    routes.get(`/api/docs/${name}`, () => new Response(Bun.file(path), { headers }))
  }
  return routes
}
