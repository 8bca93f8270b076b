/** Puts the page together: makes the components, and tells each what concerns it. Nothing below imports a sibling. */

import { Announcer } from "./announcer.js";
import { address, api } from "./api.js";
import { Composer } from "./composer.js";
import { ConnectionNotice } from "./connection_notice.js";
import { Controls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { Deletions } from "./deletions.js";
import { diagnose, signedOut } from "./diagnosis.js";
import { Drawer } from "./drawer.js";
import { DropZone } from "./drop_zone.js";
import { find } from "./element.js";
import { Keep, browserStorage } from "./keep.js";
import { Keepsakes } from "./keepsakes.js";
import { offer } from "./offer.js";
import { nameFor } from "./note_name.js";
import { Outbox, newId } from "./outbox.js";
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

/** A server that restarts is back within this; only then is it worth saying that it is gone. */
const SAY_DOWN_AFTER_MS = 4_000;
/** While notes are read and the socket can't tell, how often to ask. */
const ASK_ABOUT_NOTES_MS = 1_500;

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
  keep,
);

const problem = (/** @type {string} */ words) => toasts.show(words, { kind: "error" });

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
      watchNotes();
    },
  },
);
const shelf = new Shelf(find(document, ".shelf"), {
  onAdd: chooseFiles,
  onChange: (ready) => welcome.offer(ready),
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

/** @param {import("./types.js").Material} material */
function onMaterial(material) {
  shelf.update(material);
  uploads.update(material);
}

let notesTimer = 0;
/** Progress comes over the socket; without one, the page asks. */
function watchNotes() {
  clearTimeout(notesTimer);
  if (!shelf.underWay.length) return;
  notesTimer = window.setTimeout(async () => {
    if (!socket.ready) await api.materials().then(({ materials }) => materials.forEach(onMaterial), () => {});
    watchNotes();
  }, ASK_ABOUT_NOTES_MS);
}

// ---------------------------------------------------------------- the conversation

const composer = new Composer(
  find(document, ".composer", HTMLFormElement),
  { maxChars: Number(dataset.maxMessageChars) },
  {
    onAsk: (content) => {
      stay();
      conversation.ask(content, controls.values);
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

const transcript = new Transcript(
  find(document, ".transcript"),
  find(document, ".scroller"),
  find(document, ".new-text"),
  {
    onSource: (source, quotedIn) => void passage.open(source, quotedIn),
    onAgain: (messageId) => {
      stay();
      conversation.again(messageId, controls.values);
    },
    onCopy: (reply) =>
      void copy(reply.text).then(
        () => toasts.show(WORDS.copied),
        () => problem(WORDS.copyFailed),
      ),
    onSave: (reply, what) => void keepsakes.save(reply, what),
    onKeep: (proposal, messageId) => void keepsakes.keep(proposal, messageId),
    onTakeBack: (clientId) => giveBack(conversation.takeBack(clientId)),
    onChange: () => welcome.show(transcript.isEmpty),
  },
);

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
    onRefused: (content, why) => {
      giveBack(content);
      problem(why);
    },
    onNews: (words) => toasts.show(words),
    onProblem: problem,
    onAnnounce: (words) => announcer.say(words),
  },
);

const keepsakes = new Keepsakes({
  session: () => conversation.session ?? "",
  onTold: ({ words, kind }) => toasts.show(words, { kind }),
  onDeleted: (id, words, ways) => deletions.offer(id, words, ways),
});

/** Puts a question back where it was written, before what is there now. @param {string} content */
function giveBack(content) {
  if (!content) return;
  composer.text = [content, composer.text].filter(Boolean).join("\n\n");
  outbox.keepDraft(conversation.session, composer.text);
  composer.focus();
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text);
}

/** The session has got its name: so has the page. @param {string} sessionId */
function moveTo(sessionId) {
  // The page's own links, its icon's too, are relative to the address it came from.
  const links = document.querySelectorAll("a:not([href^='#']), link[rel='icon']");
  for (const link of /** @type {NodeListOf<HTMLAnchorElement | HTMLLinkElement>} */ (links)) link.href = link.href;
  history.replaceState(history.state, "", address(`session/${encodeURIComponent(sessionId)}`));
  outbox.keepDraft(null, "");
  outbox.keepDraft(sessionId, composer.text);
  sidebar.setCurrent(sessionId);
}

/** @param {string} title */
function showTitle(title) {
  find(document, ".topbar-title").textContent = title || WORDS.newSession;
  document.title = title ? `${title} · Studyin` : "Studyin";
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
  keepsakes.forget(id);
}
new Drawer(find(document, "#sidebar"), find(document, ".desk"), find(document, ".menu-button"), find(document, ".sidebar-close"));

// ---------------------------------------------------------------- the connection

// From one session to the next the page is another, but the student has not been away: no need to greet.
const isMoving = tabKeep.get("moving") === true;
tabKeep.drop("moving");

const notice = new ConnectionNotice(tray, { onAgain: () => (socket.state === "auth_error" ? location.reload() : socket.retry()) });
let downSince = 0;
let guesses = 0;

const socket = new StudySocket(socketUrl({ configured: dataset.wsUrl }), {
  onState: (state) => status.show(state),
  onReady: (restored) => {
    downSince = guesses = 0;
    notice.clear();
    if (restored) toasts.show(WORDS.restored);
    else if (!isMoving) toasts.show(WORDS.connected);
    conversation.connected();
    if (restored) void api.materials().then(({ materials }) => materials.reverse().forEach(onMaterial), () => {});
  },
  onFrame: (frame) => {
    if (frame.type === "material") onMaterial(frame.material);
    if (frame.type === "cards") void keepsakes.askDue();
    for (const session of frame.type === "sessions" ? frame.sessions : []) onSession(session);
    if (frame.type === "session") onSession(frame);
    conversation.receive(frame);
  },
  onClosed: (closed) => {
    conversation.disconnected();
    void explain(closed);
  },
});

/** @param {import("./types.js").SessionFrame} frame */
function onSession(frame) {
  sidebar.update(frame);
  conversation.renamed(frame);
  if (frame.deleted && frame.session_id === conversation.session) location.replace(address(""));
}

/**
 * Says why there is no connection, once it is more than a moment's drop.
 * @param {import("./socket.js").Closed} closed
 */
async function explain(closed) {
  if (socket.state === "auth_error") return notice.show(signedOut());
  if (closed.spoke || socket.state === "offline") return;
  downSince ||= Date.now();
  const diagnosis = await diagnose(socket.url, closed);
  if (socket.ready || socket.state === "closed") return;
  if (diagnosis.kind === "down" && Date.now() - downSince < SAY_DOWN_AFTER_MS) return;
  // The server may have come back between the attempt and the question: only a second such failure means something.
  if (diagnosis.isGuess && (guesses += 1) === 1) return socket.retry();
  notice.show(diagnosis);
  if (diagnosis.kind !== "down") socket.fail();
}

// ---------------------------------------------------------------- and begin

welcome.offer(shelf.ready);
welcome.show(transcript.isEmpty);
composer.text = outbox.draft(conversation.session);
if (!composer.text && conversation.session === null) giveBack(outbox.takeOrphan()?.content ?? "");
if (window.matchMedia("(hover: hover)").matches) composer.focus();
watchNotes();
socket.start();
