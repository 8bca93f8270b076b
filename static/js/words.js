/** Every sentence that the script says; what the server draws is in templates/. */

import { counted, figures } from "./locale.js";

/** @typedef {import("./socket.js").State} State */

/** @type {Record<State, string>} */
export const STATUS_WORDS = {
  idle: "Connecting…",
  connecting: "Connecting…",
  ready: "Connected",
  reconnecting: "Reconnecting…",
  closed: "Disconnected",
  offline: "Offline",
  auth_error: "Sign in required",
  error: "Connection issue",
};

export const WORDS = {
  connected: "Connected to the AI coach.",
  restored: "Connection to the AI coach restored.",
  newSession: "New session",

  answering: "The coach is answering.",
  answered: "The answer is complete.",
  answerStopped: "The answer was stopped.",
  answerFailed: "The answer failed.",

  questionWaiting: "Will be sent when the connection is back.",
  againWaiting: "Will be asked again when the connection is back.",
  questionNext: "Will be asked after this answer.",
  lookingUp: "Looking through your notes",
  thinking: "Thinking",
  /** @param {number} place */
  inLine: (place) => `Number ${figures(place)} in line: others are being answered first`,

  copied: "Copied",
  copyAsText: "As plain text",
  copyFailed: "Your browser does not let this page copy. Select the text instead.",

  /** @param {string} title */
  deleted: (title) => `“${title}” was deleted.`,
  undo: "Undo",
  /** @param {import("./types.js").Imported} done */
  imported: ({ imported, continued, known, cards }) => [
    imported > 0 && counted(imported, { one: `${figures(imported)} session was imported.`, other: `${figures(imported)} sessions were imported.` }),
    continued > 0 && counted(continued, { one: `${figures(continued)} session was here and goes on now.`, other: `${figures(continued)} sessions were here and go on now.` }),
    known > 0 && counted(known, { one: `${figures(known)} session was here already.`, other: `${figures(known)} sessions were here already.` }),
    cards > 0 && counted(cards, { one: `${figures(cards)} card came along.`, other: `${figures(cards)} cards came along.` }),
  ].filter(Boolean).join(" "),
  pin: "Pin",
  unpin: "Unpin",
  today: "Today",
  yesterday: "Yesterday",
  thisWeek: "This week",
  earlier: "Earlier",
  pinned: "Pinned",
  nothingFound: "No session says that.",
  sessionName: "Name of the session",

  uploadNext: "Waiting to be uploaded",
  /**
   * @param {string} sent
   * @param {string} total
   */
  uploading: (sent, total) => `Uploading, ${sent} of ${total}`,
  queued: "Waiting to be read",
  /** @param {{pages?: number | null, pages_read?: number}} material */
  reading: ({ pages, pages_read: read }) => (pages && read ? `Reading, page ${figures(read)} of ${figures(pages)}` : "Reading…"),
  /** @param {number} passages */
  ready: (passages) =>
    counted(passages, { one: `Ready: ${figures(passages)} passage`, other: `Ready: ${figures(passages)} passages` }),
  uploadCut: "The upload did not get through. Check the connection, then try again.",
  /** @param {string} limit */
  uploadTooLarge: (limit) => `This file is larger than ${limit}, the most this server takes.`,
  uploadEmpty: "This file is empty.",
  readFailed: "This file could not be read.",
  retry: "Try again",
  longPaste: "That is a long text. Keep it as notes, so that answers can quote it?",
  longPasteYes: "Make it notes",
  longPasteNo: "Keep it here",
  pastedNotes: "Pasted notes",
  /** @param {string} name */
  removed: (name) => `${name} was removed from your notes.`,
  /**
   * @param {number} replies
   * @param {number} sessions
   */
  cited: (replies, sessions) =>
    counted(replies, {
      one: `${figures(replies)} reply quotes it. Its quotation stays.`,
      other: `${figures(replies)} replies in ${counted(sessions, {
        one: `${figures(sessions)} session`,
        other: `${figures(sessions)} sessions`,
      })} quote it. Their quotations stay.`,
    }),
  /** @param {number} count */
  chosen: (count) => counted(count, { one: `${figures(count)} note`, other: `${figures(count)} notes` }),

  insightDeleted: "The insight was deleted.",
  insightKnown: "This is among your insights already.",
  show: "Show",
  insightSaved: "Saved with this session's insights.",
  cardKnown: "This is among your cards already.",
  cardKept: "Kept. It comes up in 10 minutes.",
  /** @param {string} front */
  cardSaved: (front) => `Kept: “${front}” It comes up in 10 minutes.`,
  /** @param {number} count */
  due: (count) => `${figures(count)} due`,
  /** @param {number} count */
  cardsDue: (count) => counted(count, { one: "One card is due.", other: `${figures(count)} cards are due.` }),
  askCards: "Quiz me on my due cards.",

  /** @param {number} left */
  charactersLeft: (left) =>
    left >= 0
      ? `${figures(left)} left`
      : counted(-left, { one: `${figures(-left)} character too many`, other: `${figures(-left)} characters too many` }),

  /** @param {number} page */
  page: (page) => `page ${page}`,
  passageGone: "This document is no longer in your notes. This is the passage as the answer quoted it.",
  readOn: "Read on",
  nothingRead: "Nothing of it has been read yet.",
  passageUnreachable: "The document can't be reached now. This is the passage as the answer quoted it.",

  offline: "You are offline.",
  notRunning: "Studyin is not running. Start it again with “python run.py”.",
  offlineReading: "The sessions you read last can be read; what you ask is sent when the connection is back.",
  /** @param {string} when */
  offlineCopy: (when) => `This is a copy from ${when}. What you ask is sent when the connection is back.`,
  updated: "There is a new version of Studyin.",
  behind: "This page is a copy. The server may have more by now.",
  reload: "Reload",

  serverError: "Unexpected server error.",
  unreachable: "Studyin can't be reached. Check that it is still running, then try again.",
};

/**
 * What a student may begin with, made from what their notes are about.
 * @type {{name: string, question: (topic: string) => string}[]}
 */
export const STARTERS = [
  { name: "Get an overview", question: (topic) => `What are the main ideas in ${topic}?` },
  { name: "Be quizzed", question: (topic) => `Quiz me on ${topic}.` },
  { name: "Sum up", question: (topic) => `Summarise ${topic}.` },
];

/** What fails between page and server, in the order in which it is worth looking. */
export const DIAGNOSES = {
  fix: "What to change",
  down: {
    title: "Studyin isn't answering",
    words: "The server has stopped or can't be reached. Start it again with “python run.py”; this page reconnects by itself, and what you typed is kept.",
  },
  upgrade: {
    title: "A proxy blocks the live connection",
    words: "This page arrives, but its WebSocket does not: something between this browser and Studyin drops the Upgrade header. If it is your own proxy, add these lines.",
  },
  origin: {
    title: "This address may not connect",
    /** @param {string} origin */
    words: (origin) => `The server does not accept pages from ${origin}. Add it to the setting STUDYIN_CORS_ORIGINS and restart the server.`,
  },
  host: {
    title: "The server does not know this host name",
    /** @param {string} host */
    words: (host) => `Expected a host name that Studyin was told about, got ${host}. Add it to the setting STUDYIN_ALLOWED_HOSTS and restart the server.`,
  },
  full: {
    title: "The server is full",
    words: "All its connections are taken. Close Studyin in other tabs, or raise the setting STUDYIN_MAX_SOCKETS. This page keeps trying.",
  },
  signIn: {
    title: "Sign in required",
    words: "You are signed out. What you typed is kept; it is here again when you have signed in.",
    again: "Sign in",
  },
};
