import type { PublicMaintenance } from '@repo/contracts/public-page'
import type { PageLanguage } from '@repo/contracts/status-pages'
import type { Phase } from '@repo/domain/status-page'

interface AskingWords {
  readonly title: string
  readonly lead: string
  /** Of its link. */
  readonly label: string
}

/** What messages of a status page say, in the language of the page; `{page}` is its title. */
export interface PageWords {
  /** By which `Intl` writes times. */
  readonly locale: string
  readonly phases: Readonly<Record<Phase, string>>
  readonly maintenance: Readonly<Record<PublicMaintenance['state'], string>>
  /** Of maintenance that comes at another time than was told. */
  readonly moved: string
  readonly affects: string
  readonly began: string
  readonly when: string
  /** When it was to be. */
  readonly before: string
  readonly open: string
  readonly choose: string
  readonly unsubscribe: string
  readonly confirm: AskingWords
  readonly known: AskingWords
  readonly signIn: AskingWords
}

export function pageWordsOf(language: PageLanguage): PageWords {
  return byLanguage[language]
}

const byLanguage: Readonly<Record<PageLanguage, PageWords>> = {
  en: {
    locale: 'en-GB',
    phases: {
      investigating: 'Investigating',
      identified: 'Identified',
      monitoring: 'Monitoring',
      resolved: 'Resolved',
      postmortem: 'Post-mortem',
    },
    maintenance: {
      scheduled: 'Maintenance planned',
      in_progress: 'Maintenance began',
      completed: 'Maintenance completed',
      cancelled: 'Maintenance cancelled',
    },
    moved: 'Maintenance moved',
    affects: 'Affects',
    began: 'Began',
    when: 'When',
    before: 'Before',
    open: 'Open the page',
    choose: 'Choose what you are told of',
    unsubscribe: 'Unsubscribe',
    confirm: {
      title: 'Confirm that you want to be told of changes',
      lead: 'Somebody, we hope you, wants what changes on “{page}” to be told here. Follow the link to confirm it. If it was not you, there is nothing to do: you will hear of nothing.',
      label: 'Confirm',
    },
    known: {
      title: 'You are told of changes already',
      lead: 'Somebody, we hope you, wants what changes on “{page}” to be told here. It is so already: there is nothing to do.',
      label: 'Open the page',
    },
    signIn: {
      title: 'Your link to the page',
      lead: 'The link opens “{page}” once, within 20 minutes. If you did not ask for it, there is nothing to do.',
      label: 'Open the page',
    },
  },
  de: {
    locale: 'de-DE',
    phases: {
      investigating: 'In Untersuchung',
      identified: 'Ursache gefunden',
      monitoring: 'Unter Beobachtung',
      resolved: 'Behoben',
      postmortem: 'Nachbetrachtung',
    },
    maintenance: {
      scheduled: 'Wartung geplant',
      in_progress: 'Wartung hat begonnen',
      completed: 'Wartung abgeschlossen',
      cancelled: 'Wartung abgesagt',
    },
    moved: 'Wartung verschoben',
    affects: 'Betrifft',
    began: 'Beginn',
    when: 'Wann',
    before: 'Bisher',
    open: 'Seite öffnen',
    choose: 'Auswählen, worüber Sie benachrichtigt werden',
    unsubscribe: 'Abbestellen',
    confirm: {
      title: 'Bestätigen Sie, dass Sie benachrichtigt werden möchten',
      lead: 'Jemand, hoffentlich Sie, möchte, dass Änderungen auf „{page}“ hier gemeldet werden. Bestätigen Sie das über den Link. Waren Sie es nicht, ist nichts zu tun: Sie erhalten keine weiteren Nachrichten.',
      label: 'Bestätigen',
    },
    known: {
      title: 'Sie werden bereits benachrichtigt',
      lead: 'Jemand, hoffentlich Sie, möchte, dass Änderungen auf „{page}“ hier gemeldet werden. Das ist schon so: Es ist nichts zu tun.',
      label: 'Seite öffnen',
    },
    signIn: {
      title: 'Ihr Link zur Seite',
      lead: 'Der Link öffnet „{page}“ einmal, innerhalb von 20 Minuten. Haben Sie ihn nicht angefordert, ist nichts zu tun.',
      label: 'Seite öffnen',
    },
  },
  fr: {
    locale: 'fr-FR',
    phases: {
      investigating: 'En cours d’analyse',
      identified: 'Cause identifiée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
      postmortem: 'Bilan',
    },
    maintenance: {
      scheduled: 'Maintenance prévue',
      in_progress: 'Maintenance commencée',
      completed: 'Maintenance terminée',
      cancelled: 'Maintenance annulée',
    },
    moved: 'Maintenance reprogrammée',
    affects: 'Concerne',
    began: 'Début',
    when: 'Quand',
    before: 'Auparavant',
    open: 'Ouvrir la page',
    choose: 'Choisir ce dont vous êtes informé',
    unsubscribe: 'Se désabonner',
    confirm: {
      title: 'Confirmez que vous voulez être informé',
      lead: 'Quelqu’un, vous sans doute, souhaite que les changements de « {page} » soient annoncés ici. Suivez le lien pour le confirmer. Si ce n’était pas vous, il n’y a rien à faire : vous ne recevrez rien d’autre.',
      label: 'Confirmer',
    },
    known: {
      title: 'Vous êtes déjà informé',
      lead: 'Quelqu’un, vous sans doute, souhaite que les changements de « {page} » soient annoncés ici. C’est déjà le cas : il n’y a rien à faire.',
      label: 'Ouvrir la page',
    },
    signIn: {
      title: 'Votre lien vers la page',
      lead: 'Le lien ouvre « {page} » une fois, dans les 20 minutes. Si vous ne l’avez pas demandé, il n’y a rien à faire.',
      label: 'Ouvrir la page',
    },
  },
  es: {
    locale: 'es-ES',
    phases: {
      investigating: 'En investigación',
      identified: 'Causa identificada',
      monitoring: 'En observación',
      resolved: 'Resuelto',
      postmortem: 'Análisis posterior',
    },
    maintenance: {
      scheduled: 'Mantenimiento programado',
      in_progress: 'Mantenimiento iniciado',
      completed: 'Mantenimiento terminado',
      cancelled: 'Mantenimiento cancelado',
    },
    moved: 'Mantenimiento reprogramado',
    affects: 'Afecta a',
    began: 'Inicio',
    when: 'Cuándo',
    before: 'Antes',
    open: 'Abrir la página',
    choose: 'Elegir de qué se le avisa',
    unsubscribe: 'Darse de baja',
    confirm: {
      title: 'Confirme que quiere recibir avisos',
      lead: 'Alguien, esperamos que usted, quiere que los cambios de «{page}» se anuncien aquí. Siga el enlace para confirmarlo. Si no fue usted, no hay nada que hacer: no recibirá nada más.',
      label: 'Confirmar',
    },
    known: {
      title: 'Ya recibe avisos',
      lead: 'Alguien, esperamos que usted, quiere que los cambios de «{page}» se anuncien aquí. Ya es así: no hay nada que hacer.',
      label: 'Abrir la página',
    },
    signIn: {
      title: 'Su enlace a la página',
      lead: 'El enlace abre «{page}» una vez, en los próximos 20 minutos. Si no lo pidió, no hay nada que hacer.',
      label: 'Abrir la página',
    },
  },
  ja: {
    locale: 'ja-JP',
    phases: {
      investigating: '調査中',
      identified: '原因判明',
      monitoring: '経過観察中',
      resolved: '解決済み',
      postmortem: '事後分析',
    },
    maintenance: {
      scheduled: 'メンテナンスの予定',
      in_progress: 'メンテナンスの開始',
      completed: 'メンテナンスの完了',
      cancelled: 'メンテナンスの中止',
    },
    moved: 'メンテナンス日時の変更',
    affects: '影響範囲',
    began: '発生',
    when: '日時',
    before: '変更前',
    open: 'ページを開く',
    choose: '通知の対象を選ぶ',
    unsubscribe: '通知を停止する',
    confirm: {
      title: '通知の受け取りをご確認ください',
      lead: '「{page}」の変更をここに通知するよう依頼がありました。リンクを開いて確認してください。心当たりがない場合は何もする必要はなく、これ以上の通知はありません。',
      label: '確認する',
    },
    known: {
      title: 'すでに通知が届く設定です',
      lead: '「{page}」の変更をここに通知するよう依頼がありました。すでに設定済みのため、何もする必要はありません。',
      label: 'ページを開く',
    },
    signIn: {
      title: 'ページへのリンク',
      lead: 'このリンクで「{page}」を一度だけ、20分以内に開けます。心当たりがない場合は何もする必要はありません。',
      label: 'ページを開く',
    },
  },
}
