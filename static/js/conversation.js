/**
 * What is said between page and coach: brings the page up to the session when a connection stands, sends questions one
 * at a time, and gives each frame to what it is about. It knows no connection: main.js gives it `send`.
 *
 * @typedef {import("./types.js").ServerFrame} ServerFrame
 * @typedef {import("./types.js").ClientFrame} ClientFrame
 * @typedef {import("./types.js").Controls} Controls
 * @typedef {import("./transcript.js").Transcript} Transcript
 * @typedef {import("./outbox.js").Outbox} Outbox
 */

import { WORDS } from "./words.js";

/** A session that is busy without our seeing its turn is asked again after this. */
const BUSY_RETRY_MS = 2_000;

/** How an end is announced. @type {Partial<Record<import("./types.js").MessageStatus, string>>} */
const ENDED = { complete: WORDS.answered, failed: WORDS.answerFailed };

export class Conversation {
  #transcript;
  #outbox;
  #session;
  #isOpen = false;
  /** @type {string | null} the client_id of the question on its way */
  #sending = null;
  /** @type {import("./types.js").RegenerateFrame | null} asked for while there was no connection */
  #again = null;
  /** @type {string | null} a turn that was to be stopped while there was no connection */
  #stopping = null;
  #retryTimer = 0;

  /**
   * @param {{transcript: Transcript, outbox: Outbox, session: string | null}} parts
   * @param {{
   *   send: (frame: ClientFrame) => boolean,
   *   onSession: (sessionId: string) => void,
   *   onTitle: (title: string) => void,
   *   onRunning: (isRunning: boolean) => void,
   *   onGone: (unsent: string) => void,
   *   onOtherBranch: () => void,
   *   onRefused: (content: string, why: string) => void,
   *   onNews: (words: string) => void,
   *   onProblem: (words: string) => void,
   *   onAnnounce: (words: string) => void,
   * }} owner
   */
  constructor({ transcript, outbox, session }, owner) {
    this.#transcript = transcript;
    this.#outbox = outbox;
    this.#session = session;
    this.owner = owner;
    for (const waiting of outbox.waiting(session)) transcript.addWaiting(waiting);
    this.#markWaiting();
    owner.onRunning(transcript.live !== null);
  }

  get session() {
    return this.#session;
  }

  /** A connection stands: says where the page is. */
  connected() {
    const live = this.#transcript.live;
    this.owner.send({
      type: "open",
      session_id: this.#session,
      after: this.#transcript.lastFinished,
      turn_id: live?.turnId ?? null,
      upto: live?.upto ?? 0,
      html: true,
      language: document.documentElement.lang,
    });
  }

  /** The connection is gone; what was on its way is sent again, and counts once. */
  disconnected() {
    this.#isOpen = false;
    this.#sending = null;
    this.#markWaiting();
  }

  /**
   * @param {string} content
   * @param {Controls} controls
   * @param {string} [parent_id] the question that this one takes the place of
   */
  ask(content, controls, parent_id) {
    const waiting = this.#outbox.add({ session_id: this.#session, content, controls, parent_id });
    this.#transcript.addWaiting(waiting);
    this.#sendNext();
  }

  /**
   * Takes a question back that was not sent.
   * @param {string} clientId
   * @returns {string} its text
   */
  takeBack(clientId) {
    const waiting = this.#outbox.waiting(this.#session).find((item) => item.client_id === clientId);
    if (!waiting || this.#sending === clientId) return "";
    this.#forget(clientId);
    return waiting.content;
  }

  stop() {
    const live = this.#transcript.live;
    if (live && !this.owner.send({ type: "stop", turn_id: live.turnId })) this.#stopping = live.turnId;
  }

  /**
   * @param {string} messageId the reply that is to be given again
   * @param {Controls} controls
   */
  again(messageId, controls) {
    if (this.#transcript.live) return;
    this.#again = { type: "regenerate", message_id: messageId, ...controls };
    if (!this.#isOpen) this.owner.onNews(WORDS.againWaiting);
    this.#sendNext();
  }

  /** @param {ServerFrame} frame */
  receive(frame) {
    switch (frame.type) {
      case "opened":
        return this.#onOpened(frame);
      case "accepted":
        return this.#onAccepted(frame);
      case "error":
        return this.#onError(frame);
      case "waiting":
      case "context":
      case "thinking":
      case "token":
      case "render":
      case "notice":
      case "complete":
        return this.#onTurn(frame);
    }
  }

  /** @param {import("./types.js").SessionFrame} frame */
  renamed(frame) {
    if (frame.session_id === this.#session && !frame.deleted) this.owner.onTitle(frame.title);
  }

  /** @param {import("./types.js").OpenedFrame} frame */
  #onOpened(frame) {
    if (frame.session_id !== this.#session) return;
    const held = this.#transcript.live;
    for (const { client_id } of frame.messages) this.#outbox.drop(client_id);
    if (!this.#catchUp(frame)) this.owner.onOtherBranch();
    const live = this.#transcript.live;
    if (frame.turn && frame.turn.turn_id === live?.turnId) live.goOnFrom(frame.turn.upto);
    else if (frame.turn) this.#begin(frame.turn);
    else if (live) live.interrupt();
    if (!frame.turn) this.#transcript.settle();
    if (held && !this.#transcript.live) this.owner.onAnnounce(ENDED[held.status] ?? WORDS.answerStopped);
    if (frame.title) this.owner.onTitle(frame.title);
    if (frame.turn && frame.turn.turn_id === this.#stopping) this.stop();
    this.#stopping = null;
    this.#isOpen = true;
    this.owner.onRunning(this.#transcript.live !== null);
    this.#sendNext();
  }

  /**
   * Puts what was missed on the page, as far as it is on the branch that is shown: `messages` has all branches.
   * @param {import("./types.js").OpenedFrame} frame
   * @returns {boolean} false where the page is on another branch, and holds nothing that leads to this one
   */
  #catchUp({ messages, turn, leaf_id }) {
    const missed = new Map(messages.map((message) => [message.id, message]));
    for (const message of messages) if (this.#transcript.has(message.id)) this.#transcript.put(message);
    const branch = [];
    let id = turn ? (turn.parent_id ?? null) : leaf_id;
    while (id && !this.#transcript.has(id)) {
      const message = missed.get(id);
      if (!message) return false;
      branch.unshift(message);
      id = message.parent_id;
    }
    for (const message of branch) this.#transcript.put(message);
    return true;
  }

  /** @param {import("./types.js").AcceptedFrame} frame */
  #onAccepted({ client_id, message_id, session_id, turn_id }) {
    if (client_id === this.#sending) this.#sending = null;
    this.#outbox.drop(client_id);
    this.#transcript.accept(client_id, message_id);
    if (this.#session === null) {
      this.#session = session_id;
      this.#outbox.moveTo(session_id);
      this.owner.onSession(session_id);
    }
    if (!this.#transcript.has(turn_id)) this.#begin({ turn_id, message_id: turn_id, parent_id: message_id });
    this.#markWaiting();
  }

  /** @param {{turn_id: string, message_id: string, parent_id?: string | null}} turn */
  #begin(turn) {
    this.#transcript.begin(turn);
    this.owner.onRunning(true);
    this.owner.onAnnounce(WORDS.answering);
  }

  /** @param {import("./types.js").TurnFrame} frame */
  #onTurn(frame) {
    const reply = this.#transcript.live;
    if (reply?.turnId !== frame.turn_id) return;
    switch (frame.type) {
      case "waiting":
        if (frame.place && !reply.place) this.owner.onAnnounce(WORDS.inLine(frame.place));
        reply.place = frame.place;
        break;
      case "context":
        reply.showContext(frame.chunks);
        break;
      case "thinking":
        reply.addThinking(frame.value, frame.upto);
        break;
      case "token":
        reply.addToken(frame.value);
        break;
      case "render":
        reply.addRender(frame);
        break;
      case "notice":
        reply.addNotices([frame]);
        break;
      case "complete":
        reply.finish(frame);
        return this.#onEnd(ENDED[frame.status] ?? WORDS.answerStopped);
    }
    this.#transcript.drawSoon();
  }

  /** @param {import("./types.js").ErrorFrame} frame */
  #onError(frame) {
    if (frame.client_id) return this.#onQuestionRefused(frame.client_id, frame);
    if (frame.code === "not_running") return; // its `complete` is on the way
    if (frame.code === "not_found" && !this.#isOpen) return this.#onGone();
    const reply = this.#transcript.live;
    if (!reply || reply.turnId !== frame.turn_id) return this.owner.onProblem(frame.message);
    reply.fail(frame);
    this.#onEnd(WORDS.answerFailed);
  }

  /** The session was deleted while we were away; what was not sent to it is not lost. */
  #onGone() {
    const unsent = this.#outbox.waiting(this.#session);
    for (const { client_id } of unsent) this.#outbox.drop(client_id);
    this.owner.onGone(unsent.map(({ content }) => content).join("\n\n"));
  }

  /** @param {string} words */
  #onEnd(words) {
    this.#transcript.settle();
    this.owner.onRunning(false);
    this.owner.onAnnounce(words);
    this.#sendNext();
  }

  /**
   * @param {string} clientId
   * @param {{code: string, message: string}} why
   */
  #onQuestionRefused(clientId, { code, message }) {
    if (clientId === this.#sending) this.#sending = null;
    if (code === "busy") {
      clearTimeout(this.#retryTimer);
      this.#retryTimer = window.setTimeout(() => this.#sendNext(), BUSY_RETRY_MS);
      this.#transcript.markWaiting(clientId, WORDS.questionNext);
      return;
    }
    const refused = this.#outbox.waiting(this.#session).find((item) => item.client_id === clientId);
    this.#forget(clientId);
    this.owner.onRefused(refused?.content ?? "", message);
    this.#sendNext();
  }

  /** @param {string} clientId */
  #forget(clientId) {
    this.#outbox.drop(clientId);
    this.#transcript.dropWaiting(clientId);
  }

  /** One question at a time: the next goes when the answer before it has ended. */
  #sendNext() {
    const isFree = this.#isOpen && !this.#transcript.live && this.#sending === null;
    if (isFree && this.#again && this.owner.send(this.#again)) {
      this.#again = null;
      return;
    }
    const [next] = this.#outbox.waiting(this.#session);
    if (next && isFree) {
      const { client_id, content, controls, parent_id } = next;
      const frame = /** @type {const} */ ({ type: "user_message", content, client_id, parent_id, ...controls });
      if (this.owner.send(frame)) this.#sending = client_id;
    }
    this.#markWaiting();
  }

  #markWaiting() {
    for (const { client_id } of this.#outbox.waiting(this.#session)) {
      const isNext = client_id === this.#sending;
      this.#transcript.markWaiting(client_id, isNext ? "" : this.#isOpen ? WORDS.questionNext : WORDS.questionWaiting);
    }
  }
}
