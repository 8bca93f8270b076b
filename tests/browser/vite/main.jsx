/** A page as Studyin's older browser clients are: it knows the first half of the protocol and nothing of our own page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "./Chat.jsx";

// Strict as Vite's template for React has it: in development everything is mounted twice, also the socket.
createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Chat url={import.meta.env.VITE_WS_URL} />
  </StrictMode>,
);
