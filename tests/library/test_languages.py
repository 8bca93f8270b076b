"""Notes in other languages than English are found by questions in them, as their students put them."""

import pytest

from studyin.library import Library

GERMAN = """# Die Zelle

Die Größe der Zellen liegt meist zwischen einem und dreißig Mikrometern.

# Der Zellkern

Der Zellkern enthält das Erbgut und steuert die Vorgänge im Inneren.

# Die Zellteilung

Bei der Mitose entstehen zwei Tochterzellen mit gleichem Erbgut.

# Der Dreißigjährige Krieg

Der Krieg begann 1618 in Prag. Die Schweden griffen später ein; es war eine Zeit der Hungersnöte.
"""
SPANISH = """# La célula

La célula es la unidad básica de los seres vivos. Las membranas la rodean.

# El núcleo

El núcleo contiene el material genético y dirige las funciones celulares.

# La fotosíntesis

Las plantas convierten la luz en azúcares y liberan oxígeno.

# Lagos

El lago de Como está en Italia, al pie de los Alpes.
"""
FRENCH = """# La cellule

La cellule est l'unité de base des êtres vivants.

# L'énergie

L'ATP transporte l'énergie dont les cellules ont besoin.

# La photosynthèse

Les plantes vertes transforment la lumière en sucres et rejettent de l'oxygène.

# Le cœur

Le cœur pompe le sang dans les artères.
"""
RUSSIAN = """# Клетка

Клетка является наименьшей единицей живого. Её окружает мембрана.

# Ядро

Ядро хранит наследственный материал и управляет жизнью клетки.

# Фотосинтез

Зелёные растения превращают свет в сахара и выделяют кислород.

# Инсулин

Поджелудочная железа вырабатывает инсулин, который снижает уровень сахара.
"""
CHINESE = """# 细胞

细胞是生物体的基本单位，由细胞膜包围。

# 细胞核

细胞核储存遗传物质，控制细胞的活动。

# 光合作用

绿色植物利用光能，把二氧化碳和水变成糖，并放出氧气。这个过程在叶绿体中进行。

# DNA复制

DNA在细胞分裂之前复制，酶把双链分开。

# 心脏

心脏把血液送到全身的动脉。
"""
JAPANESE = """# 細胞

細胞は生物の基本単位であり、膜に囲まれている。

# ミトコンドリア

ミトコンドリアは酸素を使ってエネルギーを取り出す。

# 光合成

植物は光を使って糖を作り、酸素を放出する。

# 心臓

心臓は血液を動脈に送り出す。
"""
KOREAN = """# 세포

세포는 생물의 기본 단위이며 막으로 둘러싸여 있다.

# 미토콘드리아

미토콘드리아는 산소를 이용하여 에너지를 만든다.

# 광합성

식물은 빛을 이용하여 당을 만들고 산소를 내보낸다.

# 심장

심장은 혈액을 동맥으로 보낸다.
"""
THAI = """# เซลล์

เซลล์คือหน่วยพื้นฐานของสิ่งมีชีวิต

# หัวใจ

หัวใจสูบฉีดเลือดไปทั่วร่างกาย

# ใบไม้

พืชใช้แสงสร้างน้ำตาลและปล่อยออกซิเจน
"""

ASKED = [
    (GERMAN, "Wie groß ist eine Zelle? Welche Größe hat sie?", "Die Zelle"),
    (GERMAN, "Was steuert der Zellkern?", "Der Zellkern"),
    (GERMAN, "Wann war der Krieg?", "Der Dreißigjährige Krieg"),
    (GERMAN, "Wie funktioniert die Teilung?", "Die Zellteilung"),  # part of a longer word
    (GERMAN, "Was entsteht bei einer Mitsoe?", "Die Zellteilung"),  # misspelt
    (GERMAN, "Wo griff Schweden ein?", "Der Dreißigjährige Krieg"),  # griffen
    (SPANISH, "¿Cómo se llama la unidad básica?", "La célula"),
    (SPANISH, "¿Que contienen los nucleos?", "El núcleo"),  # without accents, in the plural
    (SPANISH, "¿Qué convierte la planta?", "La fotosíntesis"),
    (SPANISH, "¿Dónde está el lago de Como?", "Lagos"),
    (FRENCH, "Pourquoi l'énergie est-elle transportée ?", "L'énergie"),
    (FRENCH, "Qu'est-ce que l'unité du vivant ?", "La cellule"),
    (FRENCH, "Que fait le cœur ?", "Le cœur"),
    (FRENCH, "Comment une plante transforme-t-elle la lumiere ?", "La photosynthèse"),
    (RUSSIAN, "Что окружает клетку?", "Клетка"),
    (RUSSIAN, "Что делает зеленое растение?", "Фотосинтез"),  # ё and е, another ending
    (RUSSIAN, "Какой орган вырабатывает инсулин?", "Инсулин"),
    (RUSSIAN, "Что хранится в ядре?", "Ядро"),
    (CHINESE, "什么是光合作用？", "光合作用"),
    (CHINESE, "遗传物质储存在哪里？", "细胞核"),
    (CHINESE, "动脉", "心脏"),  # a word of two characters
    (CHINESE, "酶", "DNA复制"),  # and of one
    (CHINESE, "氧气是怎么产生的？", "光合作用"),
    (CHINESE, "DNA如何复制？", "DNA复制"),
    (CHINESE, "DNA", "DNA复制"),
    (JAPANESE, "ミトコンドリアの働きは何ですか？", "ミトコンドリア"),
    (JAPANESE, "光合成とは何ですか？", "光合成"),
    (JAPANESE, "血液はどこに送られますか", "心臓"),
    (KOREAN, "광합성이란 무엇인가요?", "광합성"),
    (KOREAN, "심장의 역할을 설명해 주세요", "심장"),
    (KOREAN, "미토콘드리아에서 산소", "미토콘드리아"),
    (THAI, "หัวใจคืออะไร", "หัวใจ"),
    (THAI, "พืชสร้างน้ำตาลอย่างไร", "ใบไม้"),
]


@pytest.fixture
async def polyglot(library: Library) -> Library:
    """A library with notes of the same subjects in eight languages."""
    for name, notes in globals().items():
        if name.isupper() and isinstance(notes, str):
            await library.add("local", f"{name}.md", notes.encode())
    await library.settled()
    return library


async def test_a_question_finds_the_passage_in_its_language_first(polyglot: Library) -> None:
    wrong = []
    for _, question, heading in ASKED:
        found = await polyglot.find("local", question)
        first = found[0].passage.heading if found else None
        if first != heading:
            wrong.append((question, heading, first))
    assert wrong == []


@pytest.mark.parametrize(
    "question",
    ["法国的首都在哪里？", "フランスの首都はどこですか", "프랑스의 수도는 어디인가요?", "Wie hoch ist der Eiffelturm?",
     "¿Quién pintó la Gioconda?", "Кто написал Гамлета?", "Quelle est la hauteur du mont Blanc ?"],
)  # fmt: skip
async def test_a_question_that_the_notes_do_not_answer_finds_nothing_that_covers_it(
    polyglot: Library, question: str
) -> None:
    assert not any(each.coverage > 0.5 for each in await polyglot.find("local", question))


async def test_stop_words_of_one_language_stay_words_in_another(library: Library) -> None:
    said = {
        "War": "The war was long.",
        "Die": "A die has six sides.",
        "Como": "Lake Como is deep.",
        "Peace": "It ended.",
    }
    notes = "\n\n".join(f"# {heading}\n\n{text}" for heading, text in said.items())
    await library.add("local", "english.md", notes.encode())
    await library.settled()
    for heading in ("War", "Die", "Como"):
        assert [each.passage.heading for each in await library.find("local", heading)] == [heading]
