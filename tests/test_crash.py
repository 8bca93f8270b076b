"""What is left when the server dies: kill -9 in the middle of answers. `python -m tests.bench crash` does it often."""

from pathlib import Path

from tests.crash import crash_repeatedly


async def test_kill_9_loses_no_accepted_question_and_at_most_a_second_of_a_reply(tmp_path: Path) -> None:
    # Checkpoints five times as often as the promise wants leave a shared machine room to be slow in.
    findings = await crash_repeatedly(tmp_path, times=4, turns=6, checkpoint_seconds=0.2)
    assert findings.kills == 4
    assert findings.accepted > 0
    assert (findings.lost, findings.doubled, findings.altered, findings.unmarked) == (0, 0, 0, 0)
    assert findings.integrity == "ok"
    assert findings.lost_seconds <= 1.0
