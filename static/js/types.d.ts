/**
 * What travels between page and server, as PROTOCOL.md has it: for the type checker alone, no browser loads this.
 *
 * `upto` always counts Unicode code points, never UTF-16 units (see code_points.js).
 */

export type Profile = "studyin_fast" | "studyin_study" | "studyin_deep";
export type Effort = "minimal" | "low" | "medium" | "high";
export type Verbosity = "concise" | "balanced" | "detailed";

/** How a student wants to be taught; user_level: 1 (beginner) to 5 (expert). */
export interface Controls {
  profile: Profile;
  user_level: number;
  verbosity: Verbosity;
  effort?: Effort | null;
  /** The notes that the session is limited to; none: all of them. */
  material_ids?: string[];
}

/** What became of a file with sessions; how many were new, got what they lacked, were here already; and new cards. */
export interface Imported {
  imported: number;
  continued: number;
  known: number;
  cards: number;
}

export type MessageStatus = "streaming" | "complete" | "stopped" | "interrupted" | "failed";

export interface Notice {
  code: string;
  message: string;
}

/** A card that a reply proposes; card_id: of the card that was made of it. */
export interface Proposal {
  number: number;
  form: "gap" | "list" | "explain";
  front: string;
  back: string;
  html: string;
  card_id: string | null;
}

/** A passage that a reply may cite; the first of a reply is its [[1]]. */
export interface Chunk {
  id: string;
  filename: string;
  chunk_index: number;
  content: string;
  distance?: number;
  metadata: { material_id?: string; page?: number | null; heading?: string; position?: number };
}

export interface Message {
  id: string;
  parent_id: string | null;
  role: "user" | "assistant";
  content: string;
  html: string | null;
  status: MessageStatus;
  created_at: number;
  client_id: string | null;
  turn_id: string | null;
  coach: string | null;
  model: string | null;
  byline: string;
  error: Notice | null;
  notices: Notice[];
  context: Chunk[];
  cards: Proposal[];
  thinking: string | null;
}

export interface Material {
  id: string;
  filename: string;
  /** The one heading that all of it stands under, or empty. */
  title?: string;
  status: "queued" | "reading" | "ready" | "failed";
  error?: string | null;
  /** What of a ready material could not be read. */
  notice?: string | null;
  pages?: number | null;
  pages_read?: number;
  passages?: number | null;
}

/** Where a search met a session: pieces of text, and whether each is what was looked for. */
export interface Hit {
  message_id: string | null;
  parts: [string, boolean][];
}

/** updated_at: milliseconds since 1970. */
export interface Session {
  id: string;
  title: string;
  updated_at: number;
  pinned: boolean;
  hit?: Hit | null;
}

export interface RunningTurn {
  turn_id: string;
  message_id: string;
  parent_id?: string | null;
  upto: number;
}

interface OfTurn {
  session_id?: string;
  turn_id: string;
}

export interface InfoFrame {
  type: "info";
  message: string;
  user_id: string;
}
export interface OpenedFrame {
  type: "opened";
  session_id: string | null;
  controls?: Controls;
  material_ids?: string[];
  title: string | null;
  /** The last message of the branch that is shown. */
  leaf_id: string | null;
  messages: Message[];
  turn: RunningTurn | null;
}
export interface AcceptedFrame {
  type: "accepted";
  client_id: string | null;
  message_id: string;
  session_id: string;
  turn_id: string;
}
export interface ContextFrame extends OfTurn {
  type: "context";
  chunks: Chunk[];
}
export interface ThinkingFrame extends OfTurn {
  type: "thinking";
  value: string;
  upto: number;
}
export interface TokenFrame extends OfTurn {
  type: "token";
  value: string;
}
export interface RenderFrame extends OfTurn {
  type: "render";
  block: number;
  html: string;
  upto: number;
}
/** place: how many turns it waits for, itself included; 0 when it runs. */
export interface WaitingFrame extends OfTurn {
  type: "waiting";
  place: number;
}
export interface NoticeFrame extends OfTurn {
  type: "notice";
  code: string;
  message: string;
}
export interface CompleteFrame extends OfTurn {
  type: "complete";
  message: string;
  message_id: string;
  html: string;
  status: MessageStatus;
  model: string | null;
  byline: string;
  notices?: Notice[];
  cards?: Proposal[];
}
export interface ErrorFrame {
  type: "error";
  message: string;
  code: string;
  retryable: boolean;
  turn_id?: string;
  session_id?: string;
  client_id?: string;
  byline?: string;
}
export interface SessionFrame {
  type: "session";
  session_id: string;
  title: string;
  updated_at: number;
  pinned: boolean;
  deleted?: boolean;
  controls: Controls;
  material_ids: string[];
  /** Where another branch was chosen: its last message. */
  leaf_id?: string;
}
/** Several at once. */
export interface SessionsFrame {
  type: "sessions";
  sessions: SessionFrame[];
}
export interface MaterialFrame {
  type: "material";
  material: Material;
}
export interface MaterialDeletedFrame {
  type: "material_deleted";
  material_id: string;
}
/** Which cards are due has changed. */
export interface CardsFrame {
  type: "cards";
}
export interface PongFrame {
  type: "pong";
}

/** What a running reply grows by. */
export type TurnFrame = WaitingFrame | ContextFrame | ThinkingFrame | TokenFrame | RenderFrame | NoticeFrame | CompleteFrame;
export type ServerFrame =
  | InfoFrame
  | OpenedFrame
  | AcceptedFrame
  | TurnFrame
  | ErrorFrame
  | SessionFrame
  | SessionsFrame
  | MaterialFrame
  | MaterialDeletedFrame
  | CardsFrame
  | PongFrame;

export interface OpenFrame {
  type: "open";
  session_id: string | null;
  after: string | null;
  turn_id: string | null;
  upto: number;
  html: true;
  language: string;
}
export interface UserMessageFrame extends Controls {
  type: "user_message";
  content: string;
  client_id: string;
  parent_id?: string;
}
export interface StopFrame {
  type: "stop";
  turn_id: string;
}
export interface RegenerateFrame extends Partial<Controls> {
  type: "regenerate";
  message_id: string;
}
export interface PingFrame {
  type: "ping";
}
export type ClientFrame = OpenFrame | UserMessageFrame | StopFrame | RegenerateFrame | PingFrame;

/** What of a service worker's own world is used: the checker's lists have either that or a page's. */
interface LastingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
export interface FetchEvent extends LastingEvent {
  request: Request;
  preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Response | Promise<Response>): void;
}
export type WorkerMessage = { type: "keep" | "drop"; path: string } | { type: "renew" | "forget" | "skip" };
interface WorkerEvents {
  install: LastingEvent;
  activate: LastingEvent;
  fetch: FetchEvent;
  message: LastingEvent & { data: { type: string; path: string } };
}
export interface Worker {
  /** shell: the address of its version's files below the root, files: what to have of them, sessions, days: how much to keep. */
  STUDYIN: { shell: string; files: string[]; sessions: number; days: number };
  registration: ServiceWorkerRegistration;
  clients: { claim(): Promise<void>; matchAll(): Promise<{ postMessage(message: object): void }[]> };
  skipWaiting(): Promise<void>;
  addEventListener<T extends keyof WorkerEvents>(type: T, then: (event: WorkerEvents[T]) => void): void;
}
