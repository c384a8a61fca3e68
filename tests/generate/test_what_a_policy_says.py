"""`webgen.json`: what a policy was trained to write goes where the policy goes."""

from pathlib import Path

import pytest

from webgen_r1.errors import UserError
from webgen_r1.policies import TRAINED_FILE, Trained, read_trained, write_trained


def test_what_is_written_beside_the_weights_is_read_from_there(tmp_path: Path) -> None:
    trained = Trained(scaffold="vite-react-kit", mode="slots", temperature=0.7, max_tokens=640)
    write_trained(tmp_path, trained)
    assert read_trained(str(tmp_path)) == trained


def test_a_policy_that_says_nothing_says_nothing(tmp_path: Path) -> None:
    assert read_trained(str(tmp_path)) is None


def test_a_note_that_cannot_be_read_is_a_mistake_that_names_it(tmp_path: Path) -> None:
    (tmp_path / TRAINED_FILE).write_text('{"mode": "half"}')
    with pytest.raises(UserError, match=r"webgen\.json.*mode"):
        read_trained(str(tmp_path))
