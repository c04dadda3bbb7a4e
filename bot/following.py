"""Follow-ups: "what about parents?" after "can I add a student on Instagram?" asks about adding parents.

The new words replace the old ones of the same sort (another person, another phone, another app); when there is
nothing to replace, they are added. One that brings a matter of its own is a question of its own. Which sorts there are
is data: qualifiers, and the lexicon's `swaps`.
"""

from __future__ import annotations

from bot.compiled import Knowledge
from bot.matching.features import Sentence, read
from bot.matching.lexicon import Found, Lexicon

_SHORTEST_MATTER = 4  # letters; shorter words join
_LONGEST = 9  # words; a longer message stands on its own


def merge(knowledge: Knowledge, before: str, text: str) -> str | None:
    """The question that a follow-up asks in the light of the one before it, or None if it stands on its own."""
    lexicon = knowledge.index.lexicon
    now, then = read(text, lexicon), read(before, lexicon)
    opening = _opening(knowledge, now)
    if opening is None or not now.words or len(now.words) > _LONGEST:
        return None
    if _says_more(knowledge, now, then, opening):
        return None
    words = list(then.words)
    replaced = False
    for sort in _sorts(knowledge):
        new, old = sort.find(now.stems), sort.find(then.stems)
        if new and old and new[0].concept != old[0].concept:
            words = _swap(words, then, old, now, new[0])
            then = read(" ".join(words), lexicon)
            replaced = True
    if replaced:
        return " ".join(words)
    return " ".join((*words, *now.words[opening:]))


def _opening(knowledge: Knowledge, sentence: Sentence) -> int | None:
    """How many words the follow-up's opening has ("what about": 2), or None if it does not open as one."""
    for phrase in knowledge.library.lexicon.follow_ups:
        opening = tuple(phrase.split())
        if sentence.words[: len(opening)] == opening:
            return len(opening) if opening[-1] not in ("a", "my", "the", "on", "by", "to") else len(opening) - 1
    return None


def _says_more(knowledge: Knowledge, now: Sentence, then: Sentence, opening: int) -> bool:
    """Whether a follow-up has a matter of its own: a word that exchanges nothing and is no filler.

    "What about swearing?" after a question about photographs is not about photographs.
    """
    matters = [knowledge.swaps[name] for name in knowledge.library.lexicon.matters if name in knowledge.swaps]
    sorts = [sort for sort in _sorts(knowledge) if sort not in matters or sort.find(then.stems)]
    exchanged = {place for sort in sorts for found in sort.find(now.stems) for place in _span(found)}
    fillers = knowledge.library.lexicon.fillers
    rest = (word for place, word in enumerate(now.words) if place >= opening and place not in exchanged)
    return any(len(word) >= _SHORTEST_MATTER and word not in fillers for word in rest)


def _span(found: Found) -> range:
    return range(found.start, found.stop)


def _sorts(knowledge: Knowledge) -> list[Lexicon]:
    return [*knowledge.guard.lexicons.values(), *knowledge.swaps.values()]


def _swap(words: list[str], then: Sentence, old: list[Found], now: Sentence, new: Found) -> list[str]:
    """Put the follow-up's words where the old ones of the same sort stood; further old ones are left out."""
    fresh = list(now.words[new.start : new.stop])
    for place, found in reversed(list(enumerate(old))):
        words[found.start : found.stop] = fresh if place == 0 else []
    return words
