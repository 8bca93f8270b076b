"""Words as they are compared: folded, stemmed, without those that carry no subject."""

import pytest

from studyin.library.terms import forms, plain, stem, stems, subject, words


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What is the difference between mitosis and meiosis?", ["mitosis", "meiosis"]),
        ("Explain Bayes' theorem, please", ["bayes", "theorem"]),
        ("how does Newton's law work", ["newton", "law"]),
        ("What happens at 37.5 °C?", ["37.5", "c"]),
        ("Was ist die Mitose in der Zelle?", ["mitose", "zelle"]),
        ("Qu'est-ce que la cellule ?", ["cellule"]),
        ("Wie war die Lage in der Stadt?", ["lage", "stadt"]),
        ("war in Europe", ["war", "in", "europe"]),
        ("causes of the war in Europe", ["causes", "war", "europe"]),
        ("¿Cómo funciona la célula?", ["celula"]),
        ("como es la célula", ["como", "es", "la", "celula"]),
        ("Where is Lake Como?", ["lake", "como"]),
        ("Pourquoi l'ATP est-il important ?", ["atp", "important"]),
        ("Comment fonctionne la photosynthèse ?", ["photosynthese"]),
        ("Comment on the die was in Como", ["comment", "die", "como"]),
        ("Какой орган вырабатывает инсулин?", ["орган", "вырабатывает", "инсулин"]),
        ("什么是光合作用？", ["光合", "合作", "作用"]),
        ("细胞核有什么功能？", ["细胞", "胞核", "功能"]),
        ("DNA是什么？", ["dna"]),
        ("光合成とは何ですか？", ["光合", "合成"]),
        ("세포의 구조는 무엇인가요?", ["세포", "구조"]),
        ("เซลล์คืออะไร", ["เซล", "ซลล", "ลล์"]),
        ("的", ["的"]),
        ("what is a type?", ["type"]),
        ("what is it", []),
        ("???", []),
    ],
)
def test_a_question_is_about_its_subject(question: str, about: list[str]) -> None:
    assert subject(question) == about


def test_words_are_folded() -> None:
    assert list(words("Größe, CAFÉ don’t 1,000 CO2 x²")) == ["grosse", "cafe", "don't", "1,000", "co2", "x2"]


def test_forms_of_a_word_share_their_stem() -> None:
    assert stem("probabilities") == stem("probability")
    assert stems("Cells respire") == ["cell", "respir"]


def test_classical_plurals_are_joined_with_their_singular() -> None:
    assert "mitochondria" in forms("mitochondrion")
    assert "mitochondrion" in forms("mitochondria")
    assert "bacterium" in forms("bacteria")
    assert forms("data") == ["data"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Bold** and *thin* and `code` and ~~gone~~", "Bold and thin and code and gone"),
        ("A [link](http://x.y) and ![picture](p.png)", "A link and picture"),
        ("> quoted\n> twice", "quoted twice"),
        ("snake_case_name and _em_", "snake_case_name and em"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*not bold\* but $\alpha$", r"*not bold* but $\alpha$"),
        ("a<br>b", "a b"),
    ],
)
def test_markup_is_taken_off(markdown: str, text: str) -> None:
    assert plain(markdown) == text
