/**
 * The frames of the chat socket, as PROTOCOL.md has them. A test keeps these lists equal to the server's.
 *
 * `upto` always counts Unicode code points, never UTF-16 units (see code_points.js).
 *
 * @typedef {"studyin_fast" | "studyin_study" | "studyin_deep"} Profile
 * @typedef {"minimal" | "low" | "medium" | "high"} Effort
 * @typedef {"concise" | "balanced" | "detailed"} Verbosity
 * @typedef {{profile: Profile, user_level: number, verbosity: Verbosity, effort?: Effort}} Controls
 *
 * @typedef {"streaming" | "complete" | "stopped" | "interrupted" | "failed"} MessageStatus
 * @typedef {{code: string, message: string}} Notice
 * @typedef {{material_id?: string, page?: number | null, heading?: string, position?: number}} ChunkPlace
 * @typedef {{id: string, filename: string, chunk_index: number, content: string, distance?: number, metadata: ChunkPlace}} Chunk
 * @typedef {{
 *   id: string, parent_id: string | null, role: "user" | "assistant", content: string, html: string | null,
 *   status: MessageStatus, created_at: number, client_id: string | null, turn_id: string | null, coach: string | null,
 *   model: string | null, error: Notice | null, notices: Notice[], context: Chunk[], thinking: string | null,
 * }} Message
 * @typedef {{
 *   id: string, filename: string, status: "queued" | "reading" | "ready" | "failed", error?: string | null,
 *   pages?: number | null, passages?: number | null,
 * }} Material
 * @typedef {{id: string, title: string, updated_at: number, pinned: boolean, snippet?: string | null}} Session
 * @typedef {{turn_id: string, message_id: string, parent_id?: string | null, upto: number}} RunningTurn
 *
 * @typedef {{session_id?: string, turn_id: string}} OfTurn
 * @typedef {{type: "info", message: string, user_id: string}} InfoFrame
 * @typedef {{type: "opened", session_id: string | null, title: string | null, messages: Message[], turn: RunningTurn | null}} OpenedFrame
 * @typedef {{type: "accepted", client_id: string | null, message_id: string, session_id: string, turn_id: string}} AcceptedFrame
 * @typedef {OfTurn & {type: "context", chunks: Chunk[]}} ContextFrame
 * @typedef {OfTurn & {type: "thinking", value: string, upto: number}} ThinkingFrame
 * @typedef {OfTurn & {type: "token", value: string}} TokenFrame
 * @typedef {OfTurn & {type: "render", block: number, html: string, upto: number}} RenderFrame
 * @typedef {OfTurn & {type: "notice", code: string, message: string}} NoticeFrame
 * @typedef {OfTurn & {
 *   type: "complete", message: string, message_id: string, html: string, status: MessageStatus, model: string | null,
 *   notices?: Notice[],
 * }} CompleteFrame
 * @typedef {{
 *   type: "error", message: string, code: string, retryable: boolean, turn_id?: string, session_id?: string,
 *   client_id?: string, message_id?: string,
 * }} ErrorFrame
 * @typedef {{type: "session", session_id: string, title: string, updated_at: number, pinned: boolean, deleted?: boolean}} SessionFrame
 * @typedef {{type: "sessions", sessions: SessionFrame[]}} SessionsFrame
 * @typedef {{type: "material", material: Material}} MaterialFrame
 * @typedef {{type: "pong"}} PongFrame
 * @typedef {InfoFrame | OpenedFrame | AcceptedFrame | ContextFrame | ThinkingFrame | TokenFrame | RenderFrame | NoticeFrame
 *   | CompleteFrame | ErrorFrame | SessionFrame | SessionsFrame | MaterialFrame | PongFrame} ServerFrame
 *
 * @typedef {{type: "open", session_id: string | null, after: string | null, turn_id: string | null, upto: number, html: true}} OpenFrame
 * @typedef {{type: "user_message", content: string, client_id: string} & Controls} UserMessageFrame
 * @typedef {{type: "stop", turn_id: string}} StopFrame
 * @typedef {{type: "regenerate", message_id: string} & Partial<Controls>} RegenerateFrame
 * @typedef {{type: "ping"}} PingFrame
 * @typedef {OpenFrame | UserMessageFrame | StopFrame | RegenerateFrame | PingFrame} ClientFrame
 */

export const CLIENT_FRAMES = /** @type {const} */ (["open", "user_message", "stop", "regenerate", "ping"]);

export const SERVER_FRAMES = /** @type {const} */ ([
  "info",
  "opened",
  "accepted",
  "context",
  "thinking",
  "token",
  "render",
  "notice",
  "complete",
  "error",
  "session",
  "sessions",
  "material",
  "pong",
]);

/** Close codes that mean something to the page. */
export const CLOSE = /** @type {const} */ ({
  REFUSED: 1008,
  RESTART: 1012,
  FULL: 1013,
  SIGN_IN: [1008, 4001, 4401],
});
