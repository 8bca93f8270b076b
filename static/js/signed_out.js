/** The student has signed out: what was typed and not sent, and the copies of pages, are for nobody after them. */

import { forgetOthers } from "./keep.js";
import { KeptPages } from "./kept_pages.js";
import { appRoot } from "./socket_url.js";

const { pathname } = appRoot();
forgetOthers(pathname);
if ("caches" in window) void new KeptPages(pathname, { sessions: 0, days: 0, shell: "" }).forget();
