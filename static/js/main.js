/** Puts the page together: makes the components, and tells each what concerns it. Nothing below imports a sibling. */

import { Announcer } from "./announcer.js";
import { ApiError, address, api } from "./api.js";
import { Composer } from "./composer.js";
import { ConnectionNotice } from "./connection_notice.js";
import { Controls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { Deletions } from "./deletions.js";
import { Drawer } from "./drawer.js";
import { DropZone } from "./drop_zone.js";
import { find } from "./element.js";
import { Keep, browserStorage } from "./keep.js";
import { hitIn } from "./hit.js";
import { listenToMessages } from "./message_actions.js";
import { offer } from "./offer.js";
import { nameFor } from "./note_name.js";
import { Notes } from "./notes.js";
import { Outbox, newId } from "./outbox.js";
import { moveToSession, showTitle } from "./page_head.js";
import { PassagePanel } from "./passage.js";
import { Shelf } from "./shelf.js";
import { Sidebar } from "./sidebar.js";
import { StudySocket } from "./socket.js";
import { appRoot, socketUrl } from "./socket_url.js";
import { Status } from "./status.js";
import { Toasts } from "./toasts.js";
import { Transcript } from "./transcript.js";
import { Uploads } from "./uploads.js";
import { Welcome } from "./welcome.js";
import { WORDS } from "./words.js";

const { dataset } = document.body;
const keep = new Keep(`${appRoot().pathname}:${dataset.account}`);
const tabKeep = new Keep(appRoot().pathname, browserStorage("sessionStorage"));
const tab = String(tabKeep.get("tab") ?? newId());
tabKeep.put("tab", tab);

const announcer = new Announcer(find(document, "#announcer"));
const toasts = new Toasts(find(document, ".toasts"), find(document, ".dock"));
const status = new Status(find(document, ".status"));
const outbox = new Outbox(keep, tab);
const passage = new PassagePanel(find(document, ".passage", HTMLDialogElement));
const controls = new Controls(
  find(document, "#controls"),
  find(document, ".controls-button", HTMLButtonElement),
  find(document, ".composer"),
  find(document, ".controls-summary"),
  { keep, session: dataset.session || null, onProblem: (words) => problem(words) },
);

const problem = (/** @type {string} */ words) => toasts.show(words, { kind: "error" });

/** @param {unknown} error */
const tell = (error) => problem(error instanceof ApiError ? error.message : WORDS.serverError);

const deletions = new Deletions({ onOffer: (words, ways) => toasts.show(words, ways), onProblem: problem });
// Leaving the page makes them final; on the next one they may still be on their way.
window.addEventListener("pagehide", () => tabKeep.put("deleted", deletions.commitAll()));

// ---------------------------------------------------------------- notes

const tray = find(document, ".tray");
const picker = find(document, ".file-picker", HTMLInputElement);
const chooseFiles = () => picker.click();
const pasteNotes = async () => {
  const { askForNotes } = await import("./paste_notes.js");
  askForNotes((name, text) => uploads.addText(name, text));
};

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
  onDeleted: ({ id, filename }, ways) => deletions.offer(id, WORDS.removed(filename), ways),
});
picker.addEventListener("change", () => {
  uploads.addFiles(picker.files ?? []);
  picker.value = "";
});
new DropZone(find(document, ".drop-veil"), {
  onFiles: (files) => uploads.addFiles(files),
  onLongText: (text) =>
    offer(tray, {
      words: WORDS.longPaste,
      yes: WORDS.longPasteYes,
      no: WORDS.longPasteNo,
      onYes: () => {
        uploads.addText(nameFor(text), text);
        composer.text = composer.text.replace(text.replace(/\r\n?/g, "\n"), "");
        outbox.keepDraft(conversation.session, composer.text);
      },
    }),
});

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
    onOlder: (before) => api.messages(conversation.session ?? "", before).catch(() => ""),
    onChange: () => welcome.show(transcript.isEmpty),
  },
);

listenToMessages(find(document, ".transcript"), {
  onSource: (...quoted) => void passage.open(...quoted),
  onAgain: (messageId) => {
    stay();
    conversation.again(messageId, controls.values);
  },
  onCopy: (reply) =>
    void copy(reply.text).then(
      () => toasts.show(WORDS.copied),
      () => problem(WORDS.copyFailed),
    ),
  onEdit: (question) => composer.edit(question),
  onVersion: (messageId) => {
    stay();
    chosen = messageId;
    api.changeSession(conversation.session ?? "", { shown: messageId }).catch(tell);
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
    onOtherBranch: () => void showBranch(),
    onRefused: (content, why) => {
      giveBack(content);
      problem(why);
    },
    onNews: (words) => toasts.show(words),
    onProblem: problem,
    onAnnounce: (words) => announcer.say(words),
  },
);

/** The message that was chosen, of several that are one. @type {string | null} */
let chosen = null;

/** Another branch is shown, chosen here or in another tab: draws it, and goes on from there. */
async function showBranch() {
  try {
    const html = await api.messages(conversation.session ?? "");
    transcript.show(html, chosen);
    chosen = null;
    if (socket.ready) conversation.connected();
  } catch (error) {
    tell(error);
  }
}

/** Puts a question back where it was written, before what is there now. @param {string} content */
function giveBack(content) {
  if (!content) return;
  composer.text = [content, composer.text].filter(Boolean).join("\n\n");
  outbox.keepDraft(conversation.session, composer.text);
  composer.focus();
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text); // missing where the page came over plain http
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

const sidebar = new Sidebar(find(document, "#sidebar"), conversation.session, {
  onDeleted: ({ id, title }, ways) => deletions.offer(id, WORDS.deleted(title), ways),
  onLeave: () => tabKeep.put("moving", true),
  onProblem: problem,
});
for (const id of /** @type {string[]} */ (tabKeep.get("deleted") ?? [])) {
  sidebar.forget(id);
  shelf.forget(id);
}
new Drawer(find(document, "#sidebar"), find(document, ".desk"), find(document, ".menu-button"), find(document, ".sidebar-close"));

// ---------------------------------------------------------------- the connection

// From one session to the next the page is another, but the student has not been away: no need to greet.
const isMoving = tabKeep.get("moving") === true;
tabKeep.drop("moving");

const notice = new ConnectionNotice(tray, { onAgain: () => (socket.state === "auth_error" ? location.reload() : socket.retry()) });

const socket = new StudySocket(socketUrl({ configured: dataset.wsUrl }), {
  onState: (state) => status.show(state),
  onReady: (restored) => {
    notice.clear();
    if (restored) toasts.show(WORDS.restored);
    else if (!isMoving) toasts.show(WORDS.connected);
    conversation.connected();
    if (restored) void notes.ask();
  },
  onFrame: (frame) => {
    notes.receive(frame);
    if (frame.type === "opened" && frame.session_id === conversation.session) controls.follow(frame);
    for (const session of frame.type === "sessions" ? frame.sessions : []) onSession(session);
    if (frame.type === "session") onSession(frame);
    conversation.receive(frame);
  },
  onClosed: (closed) => {
    conversation.disconnected();
    void notice.explain(socket, closed);
  },
});

/** @param {import("./types.js").SessionFrame} frame */
function onSession(frame) {
  sidebar.update(frame);
  conversation.renamed(frame);
  if (frame.session_id === conversation.session) controls.follow(frame);
  if (frame.session_id === conversation.session && frame.leaf_id && !transcript.has(frame.leaf_id)) void showBranch();
  if (frame.deleted && frame.session_id === conversation.session) location.replace(address(""));
}

// ---------------------------------------------------------------- and begin

notes.draw();
welcome.show(transcript.isEmpty);
composer.text = outbox.draft(conversation.session);
if (!composer.text && conversation.session === null) giveBack(outbox.takeOrphan()?.content ?? "");
if (window.matchMedia("(hover: hover)").matches) composer.focus();
notes.watch();
void begin(hitIn(location));

/** @param {ReturnType<typeof hitIn>} hit */
async function begin(hit) {
  // What is looked at is what is gone on from.
  if (hit?.branch) await api.changeSession(conversation.session ?? "", { shown: hit.branch }).catch(tell);
  if (hit) {
    history.replaceState(history.state, "", location.pathname);
    await transcript.goTo(hit);
  }
  socket.start();
}
