"""The log's lines: what they have, and what they keep to themselves."""

from __future__ import annotations

import io
import json
import logging

import pytest

from studyin import logs

SECRET = "my diary says"


@pytest.fixture
def log():
    """A logger of its own, and what it wrote; `style` and `level` are the formatter's."""

    def begin(style: str, level: str = "info"):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logs.formatter(level, style, stream))
        logger = logging.Logger("studyin.test")
        logger.addHandler(handler)
        return logger, stream.getvalue

    return begin


def test_a_json_line_has_its_fields_and_the_ids_of_its_request_and_turn(log):
    logger, written = log("json")
    requested, turned = logs.REQUEST_ID.set("r1"), logs.TURN_ID.set("t1")
    logs.event(logger, logging.INFO, "turn complete", seconds=1.5, error=None)
    logs.REQUEST_ID.reset(requested)
    logs.TURN_ID.reset(turned)
    line = json.loads(written())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "studyin.test",
        "message": "turn complete",
        "seconds": 1.5,
        "request_id": "r1",
        "turn_id": "t1",
    }


def test_a_line_for_people_stays_one_line_whatever_a_stranger_sends(log):
    logger, written = log("text")
    logs.event(logger, logging.INFO, "GET /a\n12:00:00 error forged", peer="x\r\ny\x1b[2J")
    assert written().count("\n") == 1
    assert r"GET /a\n12:00:00 error forged · peer=x\r\ny\x1b[2J" in written()


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_stack_names_the_place_but_quotes_no_value(log, style):
    logger, written = log(style)
    try:
        try:
            {}[SECRET]
        except KeyError as error:
            raise ValueError(f"what is {SECRET}?") from error
    except ValueError:
        logger.exception("it failed")
    assert SECRET not in written()
    assert "ValueError" in written()
    assert "KeyError" in written()
    assert __file__ in written()


def test_debug_tells_the_values_too(log):
    logger, written = log("text", "debug")
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("it failed")
    assert f"ValueError: {SECRET}" in written()


def test_what_failed_at_the_system_is_told_whole(log):
    logger, written = log("text")
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        logger.exception("it failed")
    assert "No space left on device" in written()


def test_auto_is_text_on_a_terminal_and_json_elsewhere():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert isinstance(logs.formatter("info", "auto", Terminal()), logs.Text)
    assert isinstance(logs.formatter("info", "auto", io.StringIO()), logs.Json)
    assert isinstance(logs.formatter("info", "json", Terminal()), logs.Json)


def test_what_comes_too_often_is_counted_instead():
    now = 0.0
    seldom = logs.Seldom(60, lambda: now)
    assert [seldom.admit("a"), seldom.admit("a"), seldom.admit("b"), seldom.admit("a")] == [0, None, 0, None]
    now = 61.0
    assert [seldom.admit("a"), seldom.admit("b")] == [2, 0]
