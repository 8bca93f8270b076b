/** The dev server, where older clients have it: http://localhost:5173, or not at all. */
import { defineConfig } from "vite";

export default defineConfig({
  server: { host: "localhost", port: 5173, strictPort: true },
  cacheDir: ".vite",
  esbuild: { jsx: "automatic" },
  // found before the first visit, which would be reloaded otherwise
  optimizeDeps: { include: ["react", "react-dom/client", "react/jsx-dev-runtime"] },
});
