/** The conversation: what is asked, what it is answered from, and the answer as it grows. */
import { useState } from "react";
import { useChatSocket } from "./useChatSocket.js";

/** @param {{url: string}} props */
export function Chat({ url }) {
  const [messages, setMessages] = useState([]);
  const [chunks, setChunks] = useState([]);
  const { status, reason, send } = useChatSocket(url, hear);

  function hear(frame) {
    switch (frame.type) {
      case "context":
        setChunks(frame.chunks);
        break;
      case "token":
        changeReply((reply) => ({ ...reply, content: reply.content + frame.value }));
        break;
      case "complete":
        changeReply((reply) => ({ ...reply, content: frame.message, state: "complete" }));
        break;
      case "error":
        changeReply((reply) => ({
          content: `${reply.content}\n${frame.message}`,
          state: frame.message.includes("try again") ? "retry" : "failed",
        }));
        break;
    }
  }

  function changeReply(change) {
    setMessages((all) => {
      const last = all.at(-1);
      return last?.role === "assistant" ? [...all.slice(0, -1), { ...last, ...change(last) }] : all;
    });
  }

  function ask(event) {
    event.preventDefault();
    const content = new FormData(event.currentTarget).get("question").trim();
    if (!content || status !== "connected") return;
    event.currentTarget.reset();
    setMessages((all) => [
      ...all,
      { role: "user", content, state: "complete" },
      { role: "assistant", content: "", state: "streaming" },
    ]);
    send({ type: "user_message", content, user_level: 3, profile: "studyin_fast", verbosity: "balanced" });
  }

  return (
    <main>
      <h1>Study</h1>
      <p role="status" data-status={status}>
        {status} {reason}
      </p>
      <ol>
        {messages.map((message, index) => (
          <li key={index} data-role={message.role} data-state={message.state}>
            {message.content}
          </li>
        ))}
      </ol>
      <section aria-label="Sources">
        {chunks.map((chunk) => (
          <small key={chunk.id}>
            {chunk.filename}, part {chunk.chunk_index + 1}: {chunk.content}
          </small>
        ))}
      </section>
      <form onSubmit={ask}>
        <input name="question" aria-label="Question" autoComplete="off" />
        <button disabled={status !== "connected"}>Send</button>
      </form>
    </main>
  );
}
