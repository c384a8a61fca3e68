"""The policy made on the spot: it can say anything, is the same every time, and loads again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from webgen_r1.errors import UserError
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import make_scratch, random_model, train_tokenizer

pytestmark = pytest.mark.train

SITES = [
    f'<Hero title="Build a {thing} site" />\n      <Cards of={{{thing}}} />\n'
    f"Background honeydew, components dark green, {number} pages for AutumnWalk\n"
    for thing, number in (("bakery", 3), ("museum", 12), ("stamps", 420))
]
PHRASES = ("</webAction>\n", "</webAction>\n</webArtifact>", "\n  return (\n    <Page>", "für Käse")
WORDS = ("green", "stamps")
SPEC = ScratchModel(
    vocab_size=480,
    phrases=PHRASES,
    words=WORDS,
    hidden_size=16,
    intermediate_size=32,
    layers=1,
    heads=2,
)
TOKENIZER = train_tokenizer(SPEC, SITES)

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
CODE = st.lists(
    st.sampled_from(
        [*PHRASES, "</webAction>", " ", "\n", "\r\n\t", "  Cards", "e\u0301", "<|end|>"]
    )
    | TEXTS.filter(lambda text: len(text) < 10)
).map("".join)


@given(TEXTS | CODE)
@example("</webAction>\n</webArtifact></webAction>\n\n")
@example("aA AA Aa 10%  \t\n ß 漢字 İé\u2028 👩‍🌾")
def test_every_text_comes_back(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER(text)["input_ids"]) == text


@given(CODE)
def test_what_a_model_writes_comes_back_without_the_special_tokens(text: str) -> None:
    ids = TOKENIZER(text)["input_ids"]
    assert TOKENIZER.decode(ids, skip_special_tokens=True) == text.replace("<|end|>", "")


def pieces(text: str) -> list[str]:
    return [TOKENIZER.decode([number]) for number in TOKENIZER(text)["input_ids"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" honeydew", [" honeydew"]),  # frequent words are one token each
        ('"green stamps', ['"', "green", " ", "stamps"]),  # these the same wherever they stand
        ("<Cards of", ["<", "Cards", " of"]),
        (" AutumnWalk", [" Autumn", "Walk"]),  # names word by word
        ("420", ["4", "2", "0"]),
        (' site" />\n      <', [" site", '" />', "\n      ", "<"]),
        ("</webAction>\n", ["</webAction>\n"]),
        ("</webAction>\n</webArtifact>", ["</webAction>\n</webArtifact>"]),  # the longest wins
    ],
)
def test_code_is_cut_where_its_words_end(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_word_is_one_token_only_where_it_is_whole() -> None:
    assert "green" in pieces("is green.")
    assert not set(WORDS) & set(pieces("evergreens, stampsheet, green_stamps"))


def test_phrases_and_words_come_on_top_of_the_entries_that_are_learned() -> None:
    spec = SPEC.model_copy(update={"vocab_size": 300})
    assert len(train_tokenizer(spec, SITES * 50)) == 300 + len(PHRASES + WORDS)


def test_no_entry_is_spent_on_the_inside_of_a_phrase() -> None:
    plain = SPEC.model_copy(update={"phrases": ()})
    spec = SPEC.model_copy(update={"phrases": ("dark green",)})
    texts = ["dark green, ivory"] * 9
    assert "dark" in train_tokenizer(plain, texts).get_vocab()
    assert "dark" not in train_tokenizer(spec, texts).get_vocab()


def test_a_phrase_that_would_come_back_as_something_else_is_a_mistake() -> None:
    with pytest.raises(UserError, match=r"phrases: 'é' cannot be one token"):
        train_tokenizer(SPEC.model_copy(update={"phrases": ("é",)}), SITES)


MESSAGES = [{"role": "system", "content": "rules"}, {"role": "user", "content": "a shop"}]


def test_a_chat_ends_where_the_model_is_to_begin() -> None:
    text = TOKENIZER.apply_chat_template(MESSAGES, tokenize=False, add_generation_prompt=True)
    assert text == "<|system|>rules<|end|><|user|>a shop<|end|><|assistant|>"


def test_an_answer_goes_on_from_there_and_ends_with_the_token_that_stops() -> None:
    answered = [*MESSAGES, {"role": "assistant", "content": "<think>"}]
    prompt = TOKENIZER.apply_chat_template(MESSAGES, tokenize=False, add_generation_prompt=True)
    whole = TOKENIZER.apply_chat_template(answered, tokenize=False)
    assert whole == prompt + "<think>" + TOKENIZER.eos_token


def test_the_system_prompt_can_be_left_out() -> None:
    quiet = train_tokenizer(SPEC.model_copy(update={"system": False}), SITES)
    text = quiet.apply_chat_template(MESSAGES, tokenize=False, add_generation_prompt=True)
    assert text == "<|user|>a shop<|end|><|assistant|>"


def test_the_same_seed_gives_the_same_weights_and_another_others() -> None:
    first, again, other = (random_model(SPEC, TOKENIZER, seed) for seed in (1, 1, 2))
    for a, b in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
    pairs = zip(first.parameters(), other.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)


def test_a_layer_that_convolves_looks_at_the_last_three_tokens_only() -> None:
    spec = SPEC.model_copy(update=CONVOLVING)
    model = random_model(spec, TOKENIZER, 1).eval()
    assert model.config.layer_types == ["conv", "full_attention"]
    seen: list[torch.Tensor] = []
    model.model.layers[0].register_forward_hook(lambda _, __, out: seen.append(out))
    text = torch.arange(10, 20).unsqueeze(0)
    changed = text.clone()
    changed[0, 4] = 30
    with torch.no_grad():
        logits = [model(ids).logits for ids in (text, changed)]
    moved = (seen[0] != seen[1]).any(dim=-1)[0]
    assert moved.nonzero().flatten().tolist() == [4, 5, 6]
    assert not torch.equal(logits[0][0, -1], logits[1][0, -1])  # the next layer attends to all


@pytest.mark.parametrize("layers", [(2,), (0, 1), (-1,)])
def test_convolutions_are_layers_and_leave_one_that_attends(layers: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="convolutions"):
        ScratchModel(layers=2, convolutions=layers)


def test_making_a_model_leaves_the_global_seed_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    random_model(SPEC, TOKENIZER, 1)
    assert torch.equal(torch.rand(3), expected)


CONVOLVING = {"layers": 2, "convolutions": (0,)}


@pytest.mark.parametrize("changes", [{}, {"tie_embeddings": True}, CONVOLVING])
def test_model_and_tokenizer_load_like_any_other(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    spec = SPEC.model_copy(update=changes)
    folder = tmp_path / "run" / "init"
    make_scratch(spec, SITES, 1, folder)

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)

    text = "build a website <|end|> für Käse</webAction>\n</webArtifact> für Ziegenkäse"
    assert tokenizer(text)["input_ids"] == TOKENIZER(text)["input_ids"]
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    for part in ("normalizer", "pre_tokenizer", "decoder"):
        loaded, made = (getattr(one.backend_tokenizer, part) for one in (tokenizer, TOKENIZER))
        assert str(loaded) == str(made)
    assert tokenizer.chat_template == TOKENIZER.chat_template
    assert tokenizer.eos_token_id == model.generation_config.eos_token_id
    assert tokenizer.pad_token_id == model.config.pad_token_id
    assert len(tokenizer) == model.config.vocab_size
    assert (model.lm_head.weight is model.model.embed_tokens.weight) is spec.tie_embeddings
    for name, value in random_model(spec, TOKENIZER, 1).state_dict().items():
        assert torch.equal(model.state_dict()[name], value)
    assert [path.name for path in folder.parent.iterdir()] == ["init"]


def test_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    make_scratch(SPEC, SITES, 1, tmp_path / "init")
    before = (tmp_path / "init" / "model.safetensors").read_bytes()
    make_scratch(SPEC, ["other words"], 2, tmp_path / "init")
    assert (tmp_path / "init" / "model.safetensors").read_bytes() == before
