"""The page's modules that know no page, each in the browser that runs it."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from studyin.language import LANGUAGES, speaking
from studyin.web import protocol
from studyin.web.interval import until
from studyin.web.squeezing import squeezed_sheet
from tests.browser.server import ROOT, Studyin
from tests.web.test_excerpt import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def run(browser: Browser, shared: Studyin):
    """Run a function of the page's modules: `await run("outbox", "({ Outbox }, argument) => …", argument)`.

    The function may load others: `await load("keep")`, also in another language: `await load("words", "de")`.
    """
    page = await browser.new_page()
    await page.goto(shared.url)
    static = await page.locator("script[type=module]").get_attribute("src")

    async def call(module: str, function: str, argument: object = None):
        folder = f"{shared.url}{static.removesuffix('/js/main.js')}"
        load = f"(name, spoken) => import(`{folder}${{spoken ? `-${{spoken}}` : ''}}/js/${{name}}.js`)"
        script = (
            f"async (argument) => {{ const load = {load}; return ({function})(await load('{module}'), argument); }}"
        )
        return await page.evaluate(script, argument)

    yield call
    await page.close()


@pytest.mark.parametrize(("passage", "words"), EXAMPLES.values(), ids=EXAMPLES)
async def test_the_page_makes_the_same_excerpts_as_the_server(run, passage, words):
    assert await run("excerpt", "({ excerpt }, passage) => excerpt(passage)", passage) == words


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (["The **", "inner", "** membrane [[1]] is"], ["The ", "inner", " membrane  is"]),
        (["| Stage | ", "ATP", " |\n| --- | ---: |"], ["· Stage · ", "ATP", " ·\n"]),
        (["P(A|B) costs $5: $x", " ", "`f`"], ["P(A|B) costs $5: x", " ", "f"]),
    ],
)
async def test_a_hit_that_was_cut_between_two_marks_has_neither(run, pieces, words):
    assert await run("excerpt", "({ withoutMarks }, pieces) => pieces.map(withoutMarks)", pieces) == words


async def test_when_a_card_comes_back_is_one_sentence_on_its_button_and_after_it(run):
    hours = "-1 0.001 0.16 0.99 1 1.5 11.4 12 35.9 36 42 60 162 1439 1440 9000 16799 16800 50000"
    waits = [round(float(each) * 3_600_000) for each in hours.split()]
    function = "({ inWords }, [waits, language]) => waits.map((wait) => inWords(wait, language))"
    for spoken in LANGUAGES:
        with speaking(spoken):
            expected = [until(wait) for wait in waits]
        assert await run("when", function, [waits, spoken]) == expected
    assert expected[10] == "in 2 Tagen"


@pytest.mark.parametrize("module", ["words", "card_words"])
async def test_each_language_has_all_words_and_its_own(run, module: str):
    function = """async (english, [module, language]) => {
      const given = { added: 2, known: 2, pages: 2, pages_read: 2 };
      const words = (value, name) => {
        if (typeof value === "function") return [[name, String(value(given, 2))]];
        if (typeof value !== "object") return [[name, value]];
        return Object.entries(value).flatMap(([key, each]) => words(each, `${name}.${key}`));
      };
      return [english, await load(module, language)].map((list) => words({ ...list }, ""));
    }"""
    english, german = await run(module, function, [module, "de"])
    assert [name for name, _ in english] == [name for name, _ in german]
    assert all(text.strip() for _, text in german)
    same = {text for name, text in english if text == dict(german)[name]}
    assert same <= {"Offline"}


async def test_a_squeezed_sheet_has_the_same_rules(run):
    """As the browser itself tells them."""
    pairs = [
        [path.read_text(), squeezed_sheet(path.read_text())] for path in sorted((ROOT / "static/css").glob("*.css"))
    ]
    assert all(len(squeezed) < len(whole) for whole, squeezed in pairs)
    told = """(module, pairs) => pairs.map((pair) => pair.map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text.replace(/@import[^;]*;/g, ""));
      const rules = [...sheet.cssRules].map((rule) => rule.cssText);
      return rules.join("\\n").replace(/\\s*,\\s*/g, ","); // values with variables in them are told as they are written
    }))"""
    for whole, squeezed in await run("element", told, pairs):
        assert whole == squeezed


MODULE = "https://study.example/static/v1/js/socket_url.js"


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "wss://study.example/api/chat/ws"),
        ({"module": "http://localhost:8000/static/v1/js/socket_url.js"}, "ws://localhost:8000/api/chat/ws"),
        ({"module": "https://x.example/apps/study/static/v1/js/a.js"}, "wss://x.example/apps/study/api/chat/ws"),
        ({"configured": "wss://chat.example/ws"}, "wss://chat.example/ws"),
        ({"configured": "https://chat.example/api/chat/ws"}, "wss://chat.example/api/chat/ws"),
        ({"configured": "http://chat.example:81/api/chat/ws"}, "ws://chat.example:81/api/chat/ws"),
        ({"configured": ""}, "wss://study.example/api/chat/ws"),
        ({"url": "ws://explicit.example/s", "configured": "wss://chat.example/ws"}, "ws://explicit.example/s"),
        ({"url": "/other/ws"}, "wss://study.example/other/ws"),
        ({"url": "wss://explicit.example/s#part"}, "wss://explicit.example/s"),
    ],
)
async def test_the_socket_is_where_the_first_of_option_setting_and_own_origin_says(run, options, url):
    options = {"module": MODULE, **options}
    assert await run("socket_url", "({ socketUrl }, options) => socketUrl(options)", options) == url


async def test_without_options_the_socket_is_where_the_module_came_from(run, shared):
    assert await run("socket_url", "({ socketUrl }) => socketUrl()") == f"ws://localhost:{shared.port}/api/chat/ws"


async def test_an_address_that_is_no_socket_is_refused_in_words(run):
    function = "({ socketUrl }) => { try { socketUrl({ url: 'ftp://x' }) } catch (error) { return error.message } }"
    assert "got ftp:" in await run("socket_url", function)


@pytest.mark.parametrize(
    ("socket", "check"),
    [
        ("wss://x.example/apps/study/api/chat/ws", "https://x.example/apps/study/api/chat/check"),
        ("ws://x.example:81/api/chat/ws?token=1", "http://x.example:81/api/chat/check"),
        ("wss://chat.example/ws", "https://chat.example/api/chat/check"),
    ],
)
async def test_why_a_socket_fails_is_asked_at_its_own_server(run, socket, check):
    assert await run("socket_url", "({ checkUrl }, socket) => checkUrl(socket)", socket) == check


async def test_text_is_counted_as_the_server_counts_it(run):
    for text in ("", "abc", "é", "a\U0001f9ecb\U0001f468‍\U0001f469‍\U0001f467", "𝔸" * 3):
        assert await run("code_points", "({ countPoints }, text) => countPoints(text)", text) == len(text)


async def test_a_text_is_cut_between_characters_never_inside_one(run):
    text = "a\U0001f9ecbé𝔸c"
    function = "({ unitsAfter }, [text, points]) => text.slice(0, unitsAfter(text, points))"
    for points in range(len(text) + 2):
        assert await run("code_points", function, [text, points]) == text[:points]


async def test_attempts_wait_longer_each_time_but_never_beyond_their_bounds(run):
    function = """({ delayBefore, SHORTEST_MS, LONGEST_MS }) => ({
      shortest: Array.from({ length: 40 }, (_, attempt) => delayBefore(attempt, () => 0)),
      longest: Array.from({ length: 40 }, (_, attempt) => delayBefore(attempt, () => 1)),
      SHORTEST_MS, LONGEST_MS,
    })"""
    waits = await run("backoff", function)
    assert (waits["SHORTEST_MS"], waits["LONGEST_MS"]) == (500, 15_000)
    assert set(waits["shortest"]) == {500}
    assert waits["longest"] == sorted(waits["longest"])
    assert waits["longest"][0] == 1_000
    assert waits["longest"][-1] == 15_000


async def test_a_day_is_the_calendars_also_where_it_has_25_hours(browser: Browser, shared: Studyin):
    context = await browser.new_context(timezone_id="Europe/Berlin")
    page = await context.new_page()
    await page.goto(shared.url)
    main = await page.locator("script[type=module]").get_attribute("src")
    module = f"{shared.url}{main.replace('main.js', 'session_lines.js')}"
    # Clocks in Berlin went back on Sunday, October 26th 2025: this is the Monday after it.
    moments = (
        "27T00:00:00+01",
        "26T23:59:59+01",
        "26T00:00:00+02",
        "25T23:59:59+02",
        "21T00:00:00+02",
        "20T23:59:59+02",
    )
    days = """async ([module, moments]) => {
      const { dayOf } = await import(module);
      const now = Date.parse("2025-10-27T12:00:00+01:00");
      return moments.map((moment) => dayOf(Date.parse(`2025-10-${moment}:00`), now));
    }"""
    told = await page.evaluate(days, [module, moments])
    assert told == ["Today", "Yesterday", "Yesterday", "This week", "This week", "Earlier"]
    await context.close()


async def test_a_drop_is_said_when_it_lasts_and_once(run):
    function = """({ Status }) => {
      const { setTimeout, clearTimeout } = window;
      const said = [], due = new Map();
      let now = 0;
      window.setTimeout = (then, ms) => (due.set(due.size + now + 1, [now + ms, then]), due.size + now);
      window.clearTimeout = (id) => due.delete(id);
      const pass = (ms) => {
        now += ms;
        for (const [id, [at, then]] of due) if (at <= now && due.delete(id)) then();
      };
      const pill = document.createElement("p");
      pill.innerHTML = "<span class=status-words></span>";
      const status = new Status(pill, { onSay: (words) => said.push(`${now} ${words}`) });
      for (const [state, ms] of [
        ["connecting", 9000], ["ready", 9000], ["reconnecting", 2999], ["ready", 1],  // over before it is said
        ["reconnecting", 9000], ["offline", 1000], ["reconnecting", 9000], ["ready", 1],
        ["reconnecting", 9000],
      ]) {
        status.show(state);
        pass(ms);
      }
      Object.assign(window, { setTimeout, clearTimeout });
      return [said, pill.textContent];
    }"""
    said, pill = await run("status", function)
    assert pill == "Reconnecting…"
    assert said == ["30000 Reconnecting…", "40000 ", "49001 Reconnecting…"]


def outbox(*tabs: str, then: str) -> str:
    """A script that has an outbox for each tab, a clock and controls."""
    return f"""async ({{ Outbox }}) => {{
      const {{ Keep }} = await load("keep");
      localStorage.clear();
      let now = 1_000_000;
      const clock = {{ pass: (ms) => (now += ms) }};
      const boxes = {list(tabs)}.map((tab) => new Outbox(new Keep("test"), tab, () => now));
      const controls = {{ profile: "studyin_fast", user_level: 3, verbosity: "balanced" }};
      return ({then})(boxes, clock, controls);
    }}"""


async def test_a_question_stays_in_the_outbox_until_it_is_dropped(run):
    script = """([box, again], clock, controls) => {
      const first = box.add({ session_id: "s", content: "first?", controls });
      clock.pass(1);
      box.add({ session_id: "s", content: "second?", controls });
      const reloaded = again.waiting("s").map(({ content }) => content);
      again.drop(first.client_id);
      return [reloaded, box.waiting("s").map(({ content }) => content), box.waiting("other")];
    }"""
    assert await run("outbox", outbox("tab", "tab", then=script)) == [["first?", "second?"], ["second?"], []]


async def test_a_question_without_a_session_is_sent_by_its_own_tab_alone(run):
    script = """([mine, other], clock, controls) => {
      mine.add({ session_id: null, content: "new?", controls });
      const seen = [mine.waiting(null).length, other.waiting(null).length, other.takeOrphan()];
      mine.moveTo("made");
      return [...seen, mine.waiting(null).length, other.waiting("made").length];
    }"""
    assert await run("outbox", outbox("mine", "other", then=script)) == [1, 0, None, 0, 1]


async def test_a_question_whose_tab_is_gone_is_given_back_once(run):
    script = """([mine, other], clock, controls) => {
      mine.add({ session_id: null, content: "lost?", controls });
      clock.pass(61_000);
      return [other.takeOrphan()?.content, other.takeOrphan()];
    }"""
    assert await run("outbox", outbox("mine", "other", then=script)) == ["lost?", None]


async def test_drafts_are_kept_for_each_session(run):
    script = """([box, again]) => {
      box.keepDraft("s", "half a thou");
      box.keepDraft(null, "new");
      const kept = [again.draft("s"), again.draft(null), again.draft("t")];
      box.keepDraft("s", "");
      return [...kept, again.draft("s")];
    }"""
    assert await run("outbox", outbox("tab", "tab", then=script)) == ["half a thou", "new", "", ""]


async def test_what_storage_refuses_is_kept_while_the_page_lives(run):
    function = """({ Keep }) => {
      const full = { getItem: () => null, removeItem() {}, length: 0, key: () => null,
                     setItem() { throw new DOMException("full", "QuotaExceededError") } };
      const keeps = [new Keep("full", full), new Keep("none", null)];
      return keeps.map((keep) => { keep.put("k:1", { a: 1 }); return [keep.get("k:1"), keep.keys("k:")] });
    }"""
    assert await run("keep", function) == [[{"a": 1}, ["k:1"]], [{"a": 1}, ["k:1"]]]


async def test_what_is_on_its_way_out_of_the_server_is_gone_for_the_next_page(run):
    function = """async ({ Deletions }) => {
      const done = [], problems = [], gone = [];
      const deletions = new Deletions({
        onOffer: (words, { onGone }) => (gone.push(onGone), () => {}), onProblem: (words) => problems.push(words),
      });
      const send = () => new Promise((resolve, reject) => done.push([resolve, reject]));
      for (const id of ["first", "second", "third"]) deletions.offer(id, "", { restore: () => {}, send });
      gone[0]();
      gone[1]();
      const left = deletions.commitAll();
      done[0][0]();
      done[1][1](new Error("refused"));
      await new Promise((then) => setTimeout(then));
      return [left, deletions.commitAll(), done.length, problems.length];
    }"""
    assert await run("deletions", function) == [["first", "second", "third"], ["third"], 3, 1]


async def test_ids_are_uuids_also_where_the_browser_makes_none(run):
    function = """({ newId }) => {
      const own = newId();
      crypto.randomUUID = undefined; // as on a page over plain http from another machine
      const made = newId();
      delete crypto.randomUUID;
      return [own, made];
    }"""
    for made in await run("outbox", function):
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)


async def test_a_copy_is_kept_for_one_account_alone_whatever_comes_late(run):
    script = """async ({ KeptPages }) => {
      const pages = new KeptPages("/elsewhere/", { sessions: 2, days: 1, shell: "static/1/" });
      const page = (account, more = {}) =>
        new Response(`<title>${account}</title><body>`, { headers: { "Studyin-Account": account, ...more } });
      const kept = async () => (await pages.list()).map(({ path, title }) => `${path} ${title}`);
      const seen = [];
      // A worker that has just been started knows nobody yet.
      const first = pages.expect("session/0");
      await pages.expect("session/1")(page("ann"));
      await first(page("eve"));
      seen.push(await kept());
      const late = pages.expect("session/2");
      await pages.expect("session/3")(page("bob"));
      await late(page("ann"));
      seen.push(await kept());
      const later = pages.expect("session/4");
      await pages.forget();
      await later(page("bob"));
      seen.push(await kept());
      await pages.expect("session/5")(page("bob", { "Studyin-Unfinished": "1" }));
      await pages.expect("session/6")(new Response("an error", { status: 500 }));
      seen.push(await kept());
      await pages.expect("session/7")(page("bob"));
      await new KeptPages("/elsewhere/", { sessions: 0, days: 1, shell: "static/1/" }).expect("session/8")(page("bob"));
      seen.push(await kept());
      await pages.expect("session/7")(page("bob"));
      seen.push((await (await pages.find("session/7")).text()).replace(/[0-9]+/, "…"));
      await caches.open("studyin /elsewhere/ pages eve");
      seen.push(await pages.find("session/7"));
      await pages.expect("session/7")(new Response("signed out", { status: 401 }));
      seen.push((await caches.keys()).filter((name) => name.includes("/elsewhere/")));
      return seen;
    }"""
    assert await run("kept_pages", script) == [
        ["session/1 ann"],
        ["session/3 bob"],
        [],
        [],
        [],
        '<title>bob</title><body data-kept="…">',
        None,
        [],
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("a **b c** d", "a <strong>b c</strong> d"),
        ("*a* and `b*c*`", "<em>a</em> and <code>b*c*</code>"),
        ("so [[2]].", 'so <span class="citation">2</span>.'),
        ("2 * 3 * 4 and **open", "2 * 3 * 4 and **open"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("**<b>**", "<strong>&lt;b&gt;</strong>"),
    ],
)
async def test_the_unfinished_line_shows_its_marks_as_they_will_look(run, text, html):
    function = """({ inlineNodes }, text) => {
      const line = document.createElement("p");
      line.append(...inlineNodes(text));
      return line.innerHTML.replaceAll(' class=""', "");
    }"""
    assert await run("inline_text", function, text) == html


async def test_pasted_notes_get_a_name_from_their_first_words(run):
    cases = {("", "# Cells\ntext"): "Cells.md", ("Week 3", "x"): "Week 3.md", ("a.txt", "x"): "a.txt"}
    long = "The Krebs cycle is a chain of reactions in the matrix, and it yields NADH."
    cases |= {
        ("", long): "The Krebs cycle is a chain of reactions in the matrix, and.md",
        ("", "😀" * 90): "😀" * 60 + ".md",
    }
    for (given, text), name in cases.items():
        function = "({ nameFor }, [given, text]) => nameFor(text, given)"
        assert await run("note_name", function, [given, text]) == name


async def test_page_and_server_know_the_same_frames(run):
    lists = await run("protocol", "({ CLIENT_FRAMES, SERVER_FRAMES }) => [CLIENT_FRAMES, SERVER_FRAMES]")
    assert set(lists[0]) == protocol.CLIENT_FRAMES
    assert set(lists[1]) == protocol.SERVER_FRAMES


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("ATP and atp, not ATPase", ["ATP"], ["ATP", "atp"]),
        ("snake_case (x-ray) a+b", ["snake_case", "x-ray", "a+b", "(y"], ["snake_case", "x-ray", "a+b"]),
        ("Zelle für Zelle", ["für"], ["für"]),
        ("Nothing of it", ["else"], []),
    ],
)
async def test_a_hit_marks_whole_words_whatever_is_in_them(run, text, words, marked):
    script = """({ mark }, [text, words]) => {
      CSS.highlights.clear();
      const message = document.createElement("article");
      message.innerHTML = "<div class=prose><p></p></div>";
      message.querySelector("p").textContent = text;
      mark(message, words);
      return [...(CSS.highlights.get("hit") ?? [])].map(String);
    }"""
    assert await run("marks", script, [text, words]) == marked


async def test_the_address_of_a_hit_leads_back_to_it(run):
    script = """({ addressOfHit, hitIn }) => {
      const hit = { message_id: "ab12", parts: [["the ", false], ["x & y", true], ["…", false], ["#1", true]] };
      return hitIn(new URL(addressOfHit(hit), location.href));
    }"""
    assert await run("hit", script) == {"message": "ab12", "branch": "ab12", "words": ["x & y", "#1"]}
