"""Follow-ups: "what about parents?" after "can I add a student on Instagram?" asks about adding parents.

The new words replace the old ones of the same sort (another person, another phone, another app); when there is
nothing to replace, they are added. Which sorts there are is data: qualifiers, and the lexicon's `swaps`.
"""

from __future__ import annotations

from bot.compiled import Knowledge
from bot.matching.features import Sentence, read
from bot.matching.lexicon import Found, Lexicon

_LONGEST = 9  # words; a longer message stands on its own


def merge(knowledge: Knowledge, before: str, text: str) -> str | None:
    """The question that a follow-up asks in the light of the one before it, or None if it stands on its own."""
    lexicon = knowledge.index.lexicon
    now, then = read(text, lexicon), read(before, lexicon)
    opening = _opening(knowledge, now)
    if opening is None or not now.words or len(now.words) > _LONGEST:
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


def _sorts(knowledge: Knowledge) -> list[Lexicon]:
    return [*knowledge.guard.lexicons.values(), *knowledge.swaps.values()]


def _swap(words: list[str], then: Sentence, old: list[Found], now: Sentence, new: Found) -> list[str]:
    """Put the follow-up's words where the old ones of the same sort stood; further old ones are left out."""
    fresh = list(now.words[new.start : new.stop])
    for place, found in reversed(list(enumerate(old))):
        words[found.start : found.stop] = fresh if place == 0 else []
    return words
