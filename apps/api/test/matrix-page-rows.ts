import { type MatrixRow, read, write } from './matrix-row.ts'

const emptyPage = { title: 'Shop', sections: [] }

/** The routes of status pages; those of everything else are in `matrix-rows.ts`. */
export const pageMatrix: Readonly<Record<string, MatrixRow>> = {
  'GET /api/v1/status-pages': { lowest: read('pages'), works: 200 },
  'POST /api/v1/status-pages': {
    lowest: write('pages'),
    works: 201,
    body: { content: emptyPage },
  },
  'GET /api/v1/status-pages/{id}': { lowest: read('pages'), works: 200, of: 'page' },
  'PATCH /api/v1/status-pages/{id}': { lowest: write('pages'), works: 200, of: 'page', body: { content: emptyPage } },
  'POST /api/v1/status-pages/{id}/publish': { lowest: write('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/withdraw': { lowest: write('pages'), works: 200, of: 'page' },
  'DELETE /api/v1/status-pages/{id}': { lowest: write('pages'), works: 204, of: 'page' },
  'POST /api/v1/status-pages/{id}/preview': {
    lowest: read('pages'),
    works: 200,
    of: 'page',
    body: { content: emptyPage },
  },
  'POST /api/v1/status-pages/{id}/preview/signed': {
    lowest: read('pages'),
    works: 200,
    of: 'page',
    body: { content: emptyPage },
  },
  'GET /api/v1/status-pages/{id}/changes': { lowest: read('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/incidents': { lowest: read('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/incidents': {
    lowest: write('pages'),
    works: 201,
    of: 'page',
    body: { title: 'Slow', body: 'We look into it.' },
  },
  'POST /api/v1/status-pages/{id}/incidents/from/{incidentId}': { lowest: write('pages'), works: 404, of: 'page' },
  'GET /api/v1/status-pages/{id}/incidents/{incidentId}': { lowest: read('pages'), works: 404, of: 'page' },
  'PATCH /api/v1/status-pages/{id}/incidents/{incidentId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { title: 'Slower' },
  },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/publish': { lowest: write('pages'), works: 404, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/incidents/{incidentId}': { lowest: write('pages'), works: 404, of: 'page' },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/updates': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { phase: 'identified', body: 'We found it.' },
  },
  'PATCH /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { body: 'We found it, we think.' },
  },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}/publish': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
  },
  'GET /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}/mail': {
    lowest: read('pages'),
    works: 404,
    of: 'page',
  },
  'DELETE /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
  },
  'GET /api/v1/status-pages/{id}/announcements': { lowest: read('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/announcements': {
    lowest: write('pages'),
    works: 201,
    of: 'page',
    body: { title: 'Moving', body: 'Soon.' },
  },
  'PUT /api/v1/status-pages/{id}/announcements/{announcementId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { title: 'Moving', body: 'Now.' },
  },
  'DELETE /api/v1/status-pages/{id}/announcements/{announcementId}': { lowest: write('pages'), works: 404, of: 'page' },
  'GET /api/v1/status-pages/{id}/components': { lowest: read('pages'), works: 200, of: 'page' },
  'PUT /api/v1/status-pages/{id}/components/{componentId}/state': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { state: 'operational' },
  },
  'PUT /api/v1/status-pages/{id}/password': {
    lowest: write('pages'),
    works: 200,
    of: 'page',
    body: { password: 'correct horse battery' },
  },
  'DELETE /api/v1/status-pages/{id}/password': { lowest: write('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/logo': { lowest: read('pages'), works: 404, of: 'page' },
  // Nothing is sent, which is no image.
  'PUT /api/v1/status-pages/{id}/logo': { lowest: write('pages'), works: 415, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/logo': { lowest: write('pages'), works: 200, of: 'page' },
  'PUT /api/v1/status-pages/{id}/domain': {
    lowest: write('pages'),
    works: 200,
    of: 'page',
    body: { domain: 'status.example.org' },
  },
  'POST /api/v1/status-pages/{id}/domain/check': { lowest: write('pages'), works: 404, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/domain': { lowest: write('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/subscribers': { lowest: read('pages', 'member'), works: 200, of: 'page' },
  // No mail is sent here.
  'POST /api/v1/status-pages/{id}/subscribers': {
    lowest: write('pages'),
    works: 501,
    of: 'page',
    body: { email: 'ada@example.com' },
  },
  'GET /api/v1/status-pages/{id}/subscribers/export': { lowest: read('pages', 'member'), works: 200, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/subscribers/{subscriberId}': { lowest: write('pages'), works: 404, of: 'page' },
}
