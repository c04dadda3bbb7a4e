"""What the policy owner sees of an unanswered question: the words everybody uses, and nobody in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compiled import Knowledge
from bot.masking import mask

HIDDEN = "[…]"

CASES: dict[str, Callable[[str], str]] = {
    "as written": str,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "swapped": str.swapcase,
}

PRIVATE = {
    "a name": ("can Zebedee Quixwood use the staff wifi", ["zebedee", "quixwood"]),
    "a name with a hyphen": ("is Quixwood-Thistle allowed in the school", ["quixwood", "thistle"]),
    "a name with an apostrophe": ("can i see O'Quillan about my phone", ["quillan"]),
    "whose something is": ("can i use Zebedee's phone", ["zebedee"]),
    "a name with accents": ("can i add Zbyněk Žižka on facebook", ["zbyn", "ižka", "zizka"]),
    "a name in another alphabet": ("can i add Владимир on facebook", ["владимир"]),
    "a title and a name": ("does Professor Quixwood have the wifi code", ["quixwood"]),
    "an e-mail address": ("can i email zquixwood@thistle-mail.example", ["zquixwood", "thistle"]),
    "an e-mail address with a plus": ("is zebedee+school@quixwood.example safe", ["zebedee", "quixwood"]),
    "a handle": ("can i follow @zebquix_99 on instagram", ["zebquix", "99"]),
    "a handle in a link": ("can i like instagram.com/zebquix", ["zebquix"]),
    "a street": ("can i meet a parent at 12 Elmtree Crescent", ["12", "elmtree"]),
    "a postcode": ("can i post it to B43 7SD", ["b43", "7sd"]),
    "a phone number": ("can i ring a parent on 07700 900123", ["07700", "900123"]),
    "a phone number in brackets": ("is +44 (0)121-496-0000 the school", ["44", "121", "496", "0000"]),
    "a phone number in one piece": ("can i text 07700900123", ["07700900123"]),
    "a date of birth": ("can i share that she was born 03/04/2011", ["03", "04", "2011"]),
    "a form": ("can i post about my class 10QX", ["10qx", "10"]),
    "wide digits": ("can i text ０７７００ ９００１２３", ["０７７００", "07700", "９００１２３"]),
    "a name in the middle of odd characters": ("can i add «Zebedee»/*Quixwood* on facebook", ["zebedee", "quixwood"]),
}

COMMON = [
    "can i add a student on instagram",
    "do parents get the school wifi",
    "is it against the policy to post a photo of my class",
    "who do i tell about a message from a student",
    "can a governor follow the school on facebook",
]

FAMILIAR = {
    "a first name that phrasings use": ("does sam get the staff wifi code", ["sam"]),
    "another first name that phrasings use": ("can i lend dave the school laptop", ["dave"]),
    "a title and a surname that phrasings use": ("does mr khan get the wifi code", ["khan"]),
    "an e-mail address of familiar words": ("can i email dave.green@gmail.com", ["dave", "green", "gmail"]),
    "a handle of familiar words": ("can i follow @sam_green on facebook", ["sam", "green"]),
    "a street of familiar words": ("can i meet a parent at 14 Church Road", ["church"]),
}


@pytest.mark.parametrize("question", COMMON)
def test_common_words_are_kept_in_their_order(school: Knowledge, question: str) -> None:
    assert mask(school, question) == question


@pytest.mark.parametrize(
    "question", ["can't i add a student?", "Can I -- add a STUDENT?!", "  can i\n\tadd a student "]
)
def test_punctuation_case_and_spaces_do_not_hide_common_words(school: Knowledge, question: str) -> None:
    masked = mask(school, question)

    assert HIDDEN not in masked
    assert masked.split()[-2:] == ["a", "student"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize(("question", "private"), PRIVATE.values(), ids=PRIVATE.keys())
def test_what_could_be_somebody_is_hidden_in_any_case(
    school: Knowledge, question: str, private: list[str], case: Callable[[str], str]
) -> None:
    masked = mask(school, case(question)).casefold()

    assert HIDDEN in masked
    for part in private:
        assert part not in masked


@pytest.mark.parametrize(("question", "private"), FAMILIAR.values(), ids=FAMILIAR.keys())
def test_what_could_be_somebody_is_hidden_even_if_the_knowledge_uses_the_words(
    school: Knowledge, question: str, private: list[str]
) -> None:
    masked = mask(school, question).split()

    assert not set(private) & set(masked)


def test_the_matter_can_still_be_recognised(school: Knowledge) -> None:
    masked = mask(school, "can Zebedee Quixwood in 10QX follow me on instagram? Ring me: 07700 900123")

    assert masked == f"can {HIDDEN} in {HIDDEN} follow me on instagram ring me {HIDDEN}"


def test_hidden_words_beside_each_other_do_not_tell_how_many_they_were(school: Knowledge) -> None:
    one, three = (mask(school, f"can i add {name} on facebook") for name in ("Zebedee", "Zebedee Thistle-Quixwood OBE"))

    assert one == three == f"can i add {HIDDEN} on facebook"


def test_names_that_the_lexicon_lists_are_hidden_however_often_phrasings_use_them(bakery: Knowledge) -> None:
    masked = mask(bakery, "does Kev or PRIYA need a hairnet in the bakehouse").split()

    assert not {"kev", "priya"} & set(masked)
    assert "hairnet" in masked


@pytest.mark.parametrize("hidden", ["Işın", "Łon", "iИван", "me❶❷❸", "n٠٧٧٠٠"])
def test_a_word_is_not_common_because_the_plain_letters_in_it_are(school: Knowledge, hidden: str) -> None:
    assert mask(school, f"can i add {hidden} on facebook") == f"can i add {HIDDEN} on facebook"


@pytest.fixture(scope="module")
def masked(school: Knowledge) -> Callable[[str], str]:
    """Masking over the school; a function, because a failure prints what a test was given."""
    return lambda text: mask(school, text)


@given(text=st.text(st.characters(codec="ascii"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_digit_ever_comes_through(masked: Callable[[str], str], text: str) -> None:
    assert not [character for character in masked(text) if character.isdigit()]
