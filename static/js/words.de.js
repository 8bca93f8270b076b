/**
 * The sentences of words.js in German, name by name: the server sends this module in its place.
 *
 * The words for things, here and in studyin/words/de: session Sitzung, notes and materials Notizen, passage Abschnitt,
 * source Quelle, question Frage, reply and answer Antwort, coach Coach, hint Hinweis, card Karte, due fällig,
 * practise üben, quiz abfragen, insight Erkenntnis, version Fassung, account Konto. The student is "du".
 */

import { counted, figures } from "./locale.js";

/** @type {typeof import("./words.js").STATUS_WORDS} */
export const STATUS_WORDS = {
  idle: "Verbinden…",
  connecting: "Verbinden…",
  ready: "Verbunden",
  reconnecting: "Neu verbinden…",
  closed: "Getrennt",
  offline: "Offline",
  auth_error: "Anmeldung nötig",
  error: "Verbindung gestört",
};

/** @type {typeof import("./words.js").WORDS} */
export const WORDS = {
  connected: "Mit dem KI-Coach verbunden.",
  restored: "Die Verbindung zum KI-Coach steht wieder.",
  newSession: "Neue Sitzung",

  answering: "Der Coach antwortet.",
  answered: "Die Antwort ist vollständig.",
  answerStopped: "Die Antwort wurde angehalten.",
  answerFailed: "Die Antwort ist misslungen.",

  questionWaiting: "Wird gesendet, sobald die Verbindung wieder steht.",
  againWaiting: "Wird noch einmal gefragt, sobald die Verbindung wieder steht.",
  questionNext: "Wird nach dieser Antwort gefragt.",
  lookingUp: "Sieht in deinen Notizen nach",
  thinking: "Denkt nach",
  inLine: (place) => `Nummer ${figures(place)} in der Reihe: andere sind zuerst dran`,

  copied: "Kopiert",
  copyAsText: "Als reinen Text",
  copyFailed: "Dein Browser lässt diese Seite nicht kopieren. Markiere stattdessen den Text.",

  deleted: (title) => `„${title}“ wurde gelöscht.`,
  undo: "Rückgängig",
  imported: ({ imported, continued, known, cards }) => [
    imported > 0 && counted(imported, { one: `${figures(imported)} Sitzung wurde übernommen.`, other: `${figures(imported)} Sitzungen wurden übernommen.` }),
    continued > 0 && counted(continued, { one: `${figures(continued)} Sitzung war schon hier und geht jetzt weiter.`, other: `${figures(continued)} Sitzungen waren schon hier und gehen jetzt weiter.` }),
    known > 0 && counted(known, { one: `${figures(known)} Sitzung war schon hier.`, other: `${figures(known)} Sitzungen waren schon hier.` }),
    cards > 0 && counted(cards, { one: `${figures(cards)} Karte kam mit.`, other: `${figures(cards)} Karten kamen mit.` }),
  ].filter(Boolean).join(" "),
  pin: "Anheften",
  unpin: "Loslösen",
  today: "Heute",
  yesterday: "Gestern",
  thisWeek: "Diese Woche",
  earlier: "Früher",
  pinned: "Angeheftet",
  nothingFound: "Das steht in keiner Sitzung.",
  sessionName: "Name der Sitzung",

  uploadNext: "Wartet auf das Hochladen",
  uploading: (sent, total) => `Wird hochgeladen, ${sent} von ${total}`,
  queued: "Wartet darauf, gelesen zu werden",
  reading: ({ pages, pages_read: read }) => (pages && read ? `Wird gelesen, Seite ${figures(read)} von ${figures(pages)}` : "Wird gelesen…"),
  ready: (passages) =>
    counted(passages, { one: `Bereit: ${figures(passages)} Abschnitt`, other: `Bereit: ${figures(passages)} Abschnitte` }),
  uploadCut: "Das Hochladen kam nicht durch. Prüfe die Verbindung und versuche es noch einmal.",
  uploadTooLarge: (limit) => `Diese Datei ist größer als ${limit}; mehr nimmt dieser Server nicht an.`,
  uploadEmpty: "Diese Datei ist leer.",
  readFailed: "Diese Datei konnte nicht gelesen werden.",
  retry: "Noch einmal versuchen",
  longPaste: "Das ist ein langer Text. Als Notizen behalten, damit Antworten ihn zitieren können?",
  longPasteYes: "Zu Notizen machen",
  longPasteNo: "Hier lassen",
  pastedNotes: "Eingefügte Notizen",
  removed: (name) => `${name} ist nicht mehr bei deinen Notizen.`,
  cited: (replies, sessions) =>
    counted(replies, {
      one: `${figures(replies)} Antwort zitiert daraus. Das Zitat bleibt.`,
      other: `${figures(replies)} Antworten in ${counted(sessions, {
        one: `${figures(sessions)} Sitzung`,
        other: `${figures(sessions)} Sitzungen`,
      })} zitieren daraus. Die Zitate bleiben.`,
    }),
  chosen: (count) => counted(count, { one: `${figures(count)} Notiz`, other: `${figures(count)} Notizen` }),

  insightDeleted: "Die Erkenntnis wurde gelöscht.",
  insightKnown: "Das ist schon unter deinen Erkenntnissen.",
  show: "Zeigen",
  insightSaved: "Bei den Erkenntnissen gespeichert.",
  cardKnown: "Diese Karte hast du schon.",
  cardKept: "Behalten. Die Karte kommt in 10 Minuten dran.",
  cardSaved: (front) => `Behalten: „${front}“ Die Karte kommt in 10 Minuten dran.`,
  due: (count) => `${figures(count)} fällig`,
  cardsDue: (count) => counted(count, { one: "Eine Karte ist fällig.", other: `${figures(count)} Karten sind fällig.` }),
  askCards: "Frag mich meine fälligen Karten ab.",

  charactersLeft: (left) => (left >= 0 ? `noch ${figures(left)}` : `${figures(-left)} Zeichen zu viel`),

  page: (page) => `Seite ${page}`,
  passageGone: "Dieses Dokument ist nicht mehr bei deinen Notizen. Das ist der Abschnitt, wie die Antwort ihn zitiert hat.",
  readOn: "Weiterlesen",
  nothingRead: "Davon ist noch nichts gelesen.",
  passageUnreachable: "Das Dokument ist gerade nicht zu erreichen. Das ist der Abschnitt, wie die Antwort ihn zitiert hat.",

  offline: "Du bist offline.",
  notRunning: "Studyin läuft nicht. Starte es wieder mit „python run.py“.",
  offlineReading: "Die zuletzt gelesenen Sitzungen kannst du lesen; was du fragst, wird gesendet, sobald die Verbindung wieder steht.",
  offlineCopy: (when) => `Das ist eine Kopie von ${when}. Was du fragst, wird gesendet, sobald die Verbindung wieder steht.`,
  updated: "Es gibt eine neue Version von Studyin.",
  behind: "Diese Seite ist eine Kopie. Auf dem Server kann es Neueres geben.",
  reload: "Neu laden",

  serverError: "Unerwarteter Fehler auf dem Server.",
  unreachable: "Studyin ist nicht zu erreichen. Sieh nach, ob es noch läuft, und versuche es noch einmal.",
};

/** @type {typeof import("./words.js").STARTERS} */
export const STARTERS = [
  { name: "Überblick", question: (topic) => `Was sind die wichtigsten Gedanken in ${topic}?` },
  { name: "Abgefragt werden", question: (topic) => `Frag mich zu ${topic} ab.` },
  { name: "Zusammenfassen", question: (topic) => `Fass ${topic} zusammen.` },
];

/** @type {typeof import("./words.js").DIAGNOSES} */
export const DIAGNOSES = {
  fix: "Was zu ändern ist",
  down: {
    title: "Studyin antwortet nicht",
    words: "Der Server läuft nicht mehr oder ist nicht zu erreichen. Starte ihn mit „python run.py“ neu; diese Seite verbindet sich von selbst, und was du geschrieben hast, bleibt.",
  },
  upgrade: {
    title: "Ein Proxy hält die Verbindung auf",
    words: "Diese Seite kommt an, ihr WebSocket aber nicht: etwas zwischen diesem Browser und Studyin lässt den Upgrade-Header weg. Ist es dein eigener Proxy, so ergänze diese Zeilen.",
  },
  origin: {
    title: "Diese Adresse darf sich nicht verbinden",
    words: (origin) => `Der Server nimmt keine Seiten von ${origin} an. Trage die Adresse in die Einstellung STUDYIN_CORS_ORIGINS ein und starte den Server neu.`,
  },
  host: {
    title: "Der Server kennt diesen Hostnamen nicht",
    words: (host) => `Erwartet war ein Hostname, den Studyin kennt, gekommen ist ${host}. Trage ihn in die Einstellung STUDYIN_ALLOWED_HOSTS ein und starte den Server neu.`,
  },
  full: {
    title: "Der Server ist voll",
    words: "Alle seine Verbindungen sind vergeben. Schließe Studyin in anderen Tabs oder erhöhe die Einstellung STUDYIN_MAX_SOCKETS. Diese Seite versucht es weiter.",
  },
  signIn: {
    title: "Anmeldung nötig",
    words: "Du bist abgemeldet. Was du geschrieben hast, bleibt; es ist wieder da, wenn du dich angemeldet hast.",
    again: "Anmelden",
  },
};
