"""Which language a question is put in, told by its small words, and which of its words then carry no subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from studyin.library.english import FRAME_WORDS, STOP_WORDS, TELLTALES
from studyin.store.spelling import fold, is_kana, is_piece


@dataclass(frozen=True)
class Language:
    """A language, by the words that a question in it is made with; all of them folded.

    name: as the stemmer knows it. telltales: words that are no others' nouns; one of them at least tells the language.
    "war", "die" and "in" are stop words of German, and tell nothing: English asks about a war. frame: they frame a
    question and are no part of its subject.
    """

    name: str
    telltales: frozenset[str]
    stop_words: frozenset[str]
    frame: frozenset[str] = frozenset()

    def stem(self, word: str) -> str:
        return _stem(self.name, word)


_ALSO_ENGLISH = FRAME_WORDS | {"resume", "lista", "macht"}
ENGLISH = Language("english", TELLTALES, STOP_WORDS, FRAME_WORDS)


def _language(name: str, telltales: str, stop_words: str, frame: str) -> Language:
    told, framing = _set(telltales), _set(frame)
    return Language(name, told | (framing - _ALSO_ENGLISH), told | _set(stop_words), framing)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LANGUAGES = (
    ENGLISH,
    _language(
        "german",
        """der das ist und wie warum wieso wozu welche welcher welches welchen nicht ein eine einer eines einem einen
        wird werden sind wann wer wo zwischen fur von vom dem uber bei auf mit zum zur beim sich kann konnen
        durch wurde wurden auch oder aber wenn unter dieser kein keine keinen derselben dieselbe noch nach""",
        """die den des in im am an war waren was man es er sie wir ich du auch als aus nach so oder aber wenn dass daß
        hat haben sein seine seinen seinem seiner ihr ihre gab gaben hatte hatten
        ihren ihrem ihrer nur gibt gib zu um ins ans vor bis wohin woher worin
        wodurch womit wofur mir mein meine dieser diese dieses muss mussen soll darf hier dort da denn mehr viele viel
        jede jeder jedes ihm ihn ihnen uns kein keine keiner doch schon sehr wem wen""",
        """erklare erklaren erklar nenne nennen beschreibe beschreiben definiere definieren bedeutet bedeutung heisst
        heissen versteht bitte unterschied unterscheiden beispiel beispiele fasse zusammen passiert geschieht
        funktioniert dient macht zeige welch welchem aufgabe kam kamen kommt weshalb grund grunde ursache ursachen
        fuhrte bewirkt verursacht findet finden statt stattfinden lauft wieviel wieviele liegt""",
    ),
    _language(
        "spanish",
        """que cual cuales cuando donde quien quienes por para los una unos unas del son esta estan entre y cuantos
        cuantas cuanto cuanta hay sirve""",
        """el la las un de en a al con como es se lo su sus o no mas muy si me mi tu te le les ha han fue fueron ser
        este esto estos estas ese esa eso sin sobre tambien pero e u porque desde hasta ya nos era puede pueden""",
        """explica explicar explicame define definir definicion describe describir significa significado diferencia
        diferencias ejemplo ejemplos resume resumen funciona funcionan ocurre ocurren llama llaman lista""",
    ),
    _language(
        "french",
        """est les des une pourquoi quelle quel quelles quels dans avec sont qui et aux cette ces ou' combien lorsque
        quoi dont leur leurs""",
        """le la un du de au en sur par pour sans ne pas plus se il elle on nous vous je tu y a ce que ou comment quand
        son sa ses mon ma mes moi me te si mais donc ont ete etre avoir fait entre chez vers sous il ils elles lui cela
        ca comme peut peuvent""",
        """explique expliquer expliquez definis definir definition decris decrire signifie difference differences
        exemple exemples resume resumer fonctionne appelle appelle-t sert""",
    ),
    _language(
        "italian",
        """che perche qual quali della delle degli dello dei sono nella nel gli il quando quanti quante dove chi una""",
        """la lo le i un di da in con su per tra fra e ed o ma non si se mi ti ci vi e' al alla alle ai del dal dalla
        come cosa cos questo questa questi queste suo sua suoi sue piu ha hanno essere viene puo a""",
        """spiega spiegare definisci definire descrivi significa significato differenza differenze esempio esempi
        riassumi funziona avviene succede chiama""",
    ),
    _language(
        "portuguese",
        """quais qual onde porque uma sao nao dos das pelo pela quando quem entre para quantos quantas quanto num""",
        """o a os as um de do da em no na nos nas por com como que e ou se ao aos mais muito seu sua seus suas foi ser
        este esta isto esse essa isso sem sobre mas tem me eu ele ela pode podem""",
        """explique explica explicar defina definir definicao descreva significa diferenca diferencas exemplo exemplos
        resuma resumo funciona ocorre acontece chama serve""",
    ),
    _language(
        "dutch",
        """het een welke waarom hoe zijn voor wordt worden niet wanneer tussen waar van deze dit naar""",
        """de en is in op te aan met bij er dat die wat wie was ook als uit om door over ze zij hij we ik je kan heeft
        hebben of maar dan tot nog geen""",
        """uitleg beschrijf definieer betekent betekenis verschil verschillen voorbeeld voorbeelden werkt gebeurt
        noem heet""",
    ),
    _language(
        "russian",
        """что как почему где когда какои какой какая какое какие кто это чем зачем сколько и в на для между из""",
        """а но не с со по к ко о об от до у за при или же ли бы то так его ее их он она оно они мы вы я ты был была
        было были есть быть без над под во также который которая которое которые этот эта эти чего чему каких каким
        какую каков какова каковы""",
        """объясни объясните опиши опишите определи назови назовите означает называется разница отличие пример примеры
        происходит работает расскажи""",
    ),
)

GERMAN = next(language for language in _LANGUAGES if language.name == "german")

# What a question in writing without spaces is made with.
_ASKING = re.compile(
    "有什么|有哪些|有何|请问|请解释|请说明|解释一下|解释|说明|什么是|是什么|什么|为什么|为何|怎么样|怎么|怎样|如何|哪些|哪里|哪个|哪|多少|几个|谁"
    "|請問|請解釋|甚麼|什麼|為什麼|為何|怎麼|哪裡|多少|幾個|誰|的|了|吗|呢|嗎|是|在|和|与|與|及|把|被"
    "|何ですか|なぜ|どのように|どこ|いつ|だれ|誰|何|説明|について|教えて"
    "|주세요|대해|역할|무엇인가요|무엇입니까|무엇인가|무엇|어떻게|어디에서|어디서|어디|언제|누가|왜|설명해|설명|인가요|입니까|이란|란"
    "|อะไร|คืออะไร|คือ|ทำไม|อย่างไร|ที่ไหน|เมื่อไร|เมื่อไหร่|ใคร|เท่าไร|เท่าไหร่|ของ|และ|เป็น|อธิบาย"
)
# Korean joins them to a word of two syllables or more.
_PARTICLES = re.compile(
    r"(?<=[\uac00-\ud7a3]{2})(?:에서|으로|에게|부터|까지|보다|처럼|은|는|이|가|을|를|의|에|로|와|과|도)(?![\uac00-\ud7a3])"
)
_UPSIDE_DOWN = re.compile("[¿¡]")


def language_of(question: str, words: Sequence[str]) -> Language | None:
    """The language of a question, by its folded words; None where none of them tells."""
    every = set(words)
    best: Language | None = None
    most = 0
    for language in _LANGUAGES:
        told = len(language.telltales & every)
        if language.name == "spanish" and _UPSIDE_DOWN.search(question):
            told += 2
        score = 2 * told + len(language.stop_words & every) if told else 0
        if score > most:
            best, most = language, score
    return best


def without_asking(question: str) -> str:
    """A question without what it is asked with, in writing without spaces."""
    return _ASKING.sub(" ", _PARTICLES.sub(" ", question)) if is_unspaced(question) else question


def is_unspaced(text: str) -> bool:
    return not text.isascii() and any(is_piece(character) for character in fold(text))


def without_endings(words: Sequence[str]) -> list[str]:
    """Words without those in hiragana, where there are others: they are the endings and particles of Japanese."""
    return [word for word in words if not is_kana(word)] or list(words)


@lru_cache(maxsize=8192)
def _stem(language: str, word: str) -> str:
    return str(_stemmer(language).stemWord(word))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language, 0)  # without its cache: ours is behind it
