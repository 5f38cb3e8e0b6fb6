// What happens around a new password, with everything logged: prints what must not be in the log.
import { addUser } from '@repo/db/testing/populate'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer } from '@repo/notifiers/testing'
import { createLog } from '@repo/service/log'
import { eventually } from '@repo/streams/testing/eventually'
import { openApi } from './instance.ts'

const email = 'ada@example.com'
const secrets: string[] = []
const refusing = await openSmtpServer({ refuses: true })
const smtp = await openSmtpServer()
const urls = [refusing.url, smtp.url]
const mailers = urls.map((url) => createMailer({ url: url.replace('//', '//us:canary-of-smtp@'), from: email }))
let isTried = false
const api = await openApi({
  log: createLog('api', 'trace'),
  mailer: {
    async send(mail) {
      const token = /#(\S+)/.exec(mail.text)?.[1]
      if (token !== undefined) secrets.push(token)
      const mailer = mailers[isTried ? 1 : 0]
      isTried = true
      await mailer?.send(mail)
    },
  },
})
await addUser(api.deps.sql, { email })
const ask = (path: string, body: unknown) => api.ask(`/api/v1/password-resets${path}`, { body })

await ask('', { email })
await eventually('the first mail was tried', () => isTried)
await ask('', { email })
await eventually('the second mail has arrived', () => smtp.mails.length === 1)

const password = 'canary-of-a-password'
const token = secrets.at(-1)
await ask('/redeem', { token: 'canary-of-a-token-that-never-was', password })
await ask('/redeem', { token, password })
await ask('/redeem', { token, password })
await api.database[Symbol.asyncDispose]()
await ask('/redeem', { token: 'canary-of-a-token-without-a-database', password })
secrets.push(password, 'canary-of-a-token', 'canary-of-smtp')
process.stdout.write(JSON.stringify(secrets))
process.exit(0)
