/** Puts the page together: makes the components, and tells each what concerns it. Nothing below imports a sibling. */

import { Announcer } from "./announcer.js";
import { address } from "./api.js";
import { Branch } from "./branch.js";
import { Composer } from "./composer.js";
import { ConnectionNotice } from "./connection_notice.js";
import { Controls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { copyAloud } from "./copying.js";
import { Deletions } from "./deletions.js";
import { Drawer } from "./drawer.js";
import { find } from "./element.js";
import { Keep, browserStorage, forgetOthers } from "./keep.js";
import { Keepsakes } from "./keepsakes.js";
import { listenToMessages } from "./message_actions.js";
import { listenForMissingParts } from "./missing_parts.js";
import { keepAboveKeyboard } from "./keyboard_room.js";
import { Notes } from "./notes.js";
import { notesPanel } from "./notes_panel.js";
import { Offline } from "./offline.js";
import { OfflineNote } from "./offline_note.js";
import { Outbox, newId } from "./outbox.js";
import { moveToSession, showTitle } from "./page_head.js";
import { Shelf } from "./shelf.js";
import { listenForShortcuts } from "./shortcuts.js";
import { Sidebar } from "./sidebar.js";
import { StudySocket } from "./socket.js";
import { appRoot, socketUrl } from "./socket_url.js";
import { Status } from "./status.js";
import { Toasts } from "./toasts.js";
import { Transcript } from "./transcript.js";
import { Uploads } from "./uploads.js";
import { WaysIn } from "./ways_in.js";
import { Welcome } from "./welcome.js";
import { WORDS } from "./words.js";

const { dataset } = document.body;
forgetOthers(appRoot().pathname, dataset.account);
const keep = new Keep(`${appRoot().pathname}:${dataset.account}`);
const tabKeep = new Keep(appRoot().pathname, browserStorage("sessionStorage"));
const tab = String(tabKeep.get("tab") ?? newId());
tabKeep.put("tab", tab);

const announcer = new Announcer(find(document, "#announcer"));
const toasts = new Toasts(find(document, ".toasts"), find(document, ".dock"));
const status = new Status(find(document, ".status"), { onSay: (words) => announcer.say(words) });
const outbox = new Outbox(keep, tab);
const controls = new Controls(
  find(document, "#controls"),
  find(document, ".controls-button", HTMLButtonElement),
  find(document, ".composer"),
  find(document, ".controls-summary"),
  { keep, session: dataset.session || null, onProblem: (words) => problem(words) },
);

const problem = (/** @type {string} */ words) => toasts.show(words, { kind: "error" });

const deletions = new Deletions({ onOffer: (words, ways) => toasts.show(words, ways), onProblem: problem });
// Leaving the page makes them final; on the next one they may still be on their way.
window.addEventListener("pagehide", () => tabKeep.put("deleted", deletions.commitAll()));

// ---------------------------------------------------------------- notes

const tray = find(document, ".tray");
const chooseFiles = () => waysIn.chooseFiles();
const pasteNotes = () => void waysIn.paste();

const uploads = new Uploads(
  tray,
  { maxBytes: Number(dataset.maxUploadBytes) },
  {
    onMaterial: (material) => {
      deletions.undo(material.id); // who adds the same notes again wants to keep them
      shelf.update(material);
      notes.watch();
    },
  },
);
const shelf = new Shelf(find(document, ".shelf"), {
  onAdd: chooseFiles,
  onChange: () => notes.draw(),
  onRead: async (...read) => (await notesPanel()).read(...read),
  onDeleted: ({ id, filename }, ways) => deletions.offer(id, WORDS.removed(filename), ways),
});
const waysIn = new WaysIn(
  { picker: find(document, ".file-picker", HTMLInputElement), veil: find(document, ".drop-veil"), tray },
  uploads,
  {
    onTaken: (text) => {
      composer.text = composer.text.replace(text, "");
      outbox.keepDraft(conversation.session, composer.text);
    },
    onNews: (words) => toasts.show(words),
    onProblem: problem,
  },
);

// ---------------------------------------------------------------- the conversation

/** @type {Composer} */
const composer = new Composer(
  find(document, ".composer", HTMLFormElement),
  { maxChars: Number(dataset.maxMessageChars) },
  {
    onAsk: (content, edited) => {
      stay();
      conversation.ask(content, controls.values, edited);
    },
    onEdit: (messageId) => transcript.markEdited(messageId),
    onEditLast: () => {
      const question = transcript.lastQuestion;
      if (question) composer.edit(question);
    },
    onStop: () => conversation.stop(),
    onDraft: (text) => outbox.keepDraft(conversation.session, text),
    onChooseFiles: chooseFiles,
    onPasteNotes: pasteNotes,
  },
);

const welcome = new Welcome(find(document, ".welcome"), {
  onAsk: (question) => conversation.ask(question, controls.values),
  onChooseFiles: chooseFiles,
  onPasteNotes: pasteNotes,
  onSample: (name, title) => uploads.addSample(name, title),
});
const notes = new Notes({ shelf, uploads, controls, welcome }, () => socket.ready);

/** @type {Transcript} */
const transcript = new Transcript(
  find(document, ".transcript"),
  find(document, ".scroller"),
  find(document, ".new-text"),
  {
    onOlder: (...older) => branch.older(...older),
    onOlderNow: (before) => branch.olderNow(before),
    onChange: () => welcome.show(transcript.isEmpty),
  },
);

listenToMessages(find(document, ".transcript"), {
  onSource: async (...quoted) => (await notesPanel()).open(...quoted),
  onAgain: (messageId) => {
    stay();
    conversation.again(messageId, controls.values);
  },
  onCopy: (text, otherwise) => void copyAloud(text, otherwise, { onTold: (...told) => toasts.show(...told), onProblem: problem }),
  onEdit: (question) => composer.edit(question),
  onVersion: (messageId) => {
    stay();
    void branch.choose(messageId);
  },
  onTakeBack: (clientId) => giveBack(conversation.takeBack(clientId)),
});

/** @type {Conversation} */
const conversation = new Conversation(
  { transcript, outbox, session: dataset.session || null },
  {
    send: (frame) => socket.send(frame),
    onSession: moveTo,
    onTitle: showTitle,
    onRunning: (isRunning) => composer.setRunning(isRunning),
    onGone: (unsent) => {
      outbox.keepDraft(null, [unsent, composer.text].filter(Boolean).join("\n\n"));
      location.replace(address(""));
    },
    onOtherBranch: () => void branch.show(),
    onRefused: (content, why) => {
      giveBack(content);
      problem(why);
    },
    onNews: (words) => toasts.show(words),
    onProblem: problem,
    onAnnounce: (words) => announcer.say(words),
  },
);

const branch = new Branch(
  { transcript, session: () => conversation.session },
  { onShown: () => socket.ready && conversation.connected(), onProblem: problem },
);

const keepsakes = new Keepsakes(find(document, ".transcript"), {
  session: () => conversation.session ?? "",
  onPlace: (messageId) => void branch.goTo(messageId),
  onTold: ({ words, ...told }) => toasts.show(words, told),
  onDeleted: (id, words, ways) => deletions.offer(id, words, ways),
});

/** Puts a question back where it was written, before what is there now. @param {string} content */
function giveBack(content) {
  if (!content) return;
  composer.text = [content, composer.text].filter(Boolean).join("\n\n");
  outbox.keepDraft(conversation.session, composer.text);
  composer.focus();
}

/** The session has got its name: so has the page. @param {string} sessionId */
function moveTo(sessionId) {
  moveToSession(sessionId);
  controls.begin(sessionId);
  outbox.keepDraft(null, "");
  outbox.keepDraft(sessionId, composer.text);
  sidebar.setCurrent(sessionId);
}

// ---------------------------------------------------------------- the sidebar

/** Who goes on in a session that is about to be deleted wants to keep it. */
function stay() {
  deletions.undo(conversation.session ?? "");
}

/** On the way to another session. */
function leave() {
  tabKeep.put("moving", true);
}

const sidebar = new Sidebar(find(document, "#sidebar"), conversation.session, {
  onDeleted: ({ id, title }, ways) => deletions.offer(id, WORDS.deleted(title), ways),
  onLeave: leave,
  onMenu: (what) => act(what),
  onProblem: problem,
});
for (const id of /** @type {string[]} */ (tabKeep.get("deleted") ?? [])) {
  sidebar.forget(id);
  shelf.forget(id);
  keepsakes.forget(id);
}
const drawer = new Drawer(find(document, "#sidebar"), find(document, ".desk"), find(document, ".menu-button"), find(document, ".sidebar-close"));

// ---------------------------------------------------------------- keys

const act = listenForShortcuts(
  {
    new: () => find(document, ".new-session").click(),
    write: () => composer.focus(),
    files: chooseFiles,
    paste: pasteNotes,
    search: () => {
      drawer.open();
      sidebar.search();
    },
    teach: () => find(document, ".controls-button").click(),
    cards: () => location.assign(address("cards")),
    export: () => location.assign(address("api/sessions/export")),
    import: () => void waysIn.chooseSessions(),
  },
  { onLeave: leave, onProblem: problem },
);

// ---------------------------------------------------------------- the connection

// From one session to the next the page is another, but the student has not been away: no need to greet.
const isMoving = tabKeep.get("moving") === true;
tabKeep.drop("moving");

const offerReload = (/** @type {string} */ words) => toasts.show(words, { action: WORDS.reload, onAction: () => location.reload() });
const offline = new Offline({ onUpdate: () => offerReload(WORDS.updated), onBehind: () => offerReload(WORDS.behind) });
const offlineNote = new OfflineNote(tray, dataset.kept);
const notice = new ConnectionNotice(tray, { onAgain: () => (socket.state === "auth_error" ? location.reload() : socket.retry()) });

const socket = new StudySocket(socketUrl({ configured: dataset.wsUrl }), {
  onState: (state) => {
    status.show(state);
    offlineNote.show(state === "offline");
    if (state === "auth_error") offline.forget();
  },
  onReady: (restored) => {
    if (offline.makesWay(dataset.kept, composer.text !== "")) return;
    notice.clear();
    if (restored) toasts.show(WORDS.restored);
    else if (!isMoving) toasts.show(WORDS.connected);
    conversation.connected();
    if (!restored && !dataset.kept) return;
    void notes.ask();
    void offline.lookForUpdate();
  },
  onFrame: (frame) => {
    notes.receive(frame);
    if (frame.type === "cards") void keepsakes.askDue();
    if (frame.type === "opened" && frame.session_id === conversation.session) controls.follow(frame);
    for (const session of frame.type === "sessions" ? frame.sessions : []) onSession(session);
    if (frame.type === "session") onSession(frame);
    conversation.receive(frame);
    if (frame.type === "complete" || (frame.type === "error" && frame.turn_id)) offline.changed();
  },
  onClosed: (closed) => {
    conversation.disconnected();
    void notice.explain(socket, closed);
  },
  onStranger: () => offline.startOver(),
}, { isAway: dataset.kept !== undefined, account: dataset.wsUrl ? undefined : dataset.account });

/** @param {import("./types.js").SessionFrame} frame */
function onSession(frame) {
  sidebar.update(frame);
  conversation.renamed(frame);
  branch.told(frame);
  if (frame.deleted) offline.drop(frame.session_id);
  if (frame.session_id === conversation.session) controls.follow(frame);
  if (frame.deleted && frame.session_id === conversation.session) location.replace(address(""));
}

// ---------------------------------------------------------------- and begin

listenForMissingParts(() => problem(WORDS.unreachable));
notes.draw();
welcome.show(transcript.isEmpty);
composer.text = outbox.draft(conversation.session);
if (!composer.text && conversation.session === null) giveBack(outbox.takeOrphan()?.content ?? "");
if (window.matchMedia("(hover: hover)").matches) composer.focus();
notes.watch();
keepAboveKeyboard();
void branch.arrive().then(() => socket.start());
