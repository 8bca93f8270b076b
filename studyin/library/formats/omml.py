"""Formulas of Office files (OMML) as LaTeX, the way a student would write them in Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studyin.library.formats.archive import child, local, value

MAX_DEPTH = 40

_NAMES = """α alpha β beta γ gamma δ delta ε epsilon ϵ epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu
    ξ xi π pi ρ rho σ sigma τ tau υ upsilon φ phi ϕ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi
    Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega ∞ infty ≤ le ≥ ge ≠ ne ≈ approx ± pm × times ⋅ cdot · cdot → to ⇒ Rightarrow
    ⇔ Leftrightarrow ∈ in ∉ notin ⊂ subset ⊆ subseteq ∪ cup ∩ cap ∅ emptyset ∀ forall ∃ exists ∂ partial ∇ nabla
    ∑ sum ∏ prod ∫ int ∬ iint ∮ oint ∝ propto ≡ equiv ∼ sim ÷ div ∧ wedge ∨ vee ¬ neg ℏ hbar""".split()  # noqa: SIM905
_SIGNS = str.maketrans({sign: f"\\{name} " for sign, name in zip(_NAMES[::2], _NAMES[1::2], strict=True)})
_SIGNS |= {ord("−"): "-", 0x2061: ""}  # 2061: "applied to", which nobody sees
_FUNCTIONS = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh log ln lg exp lim max min sup inf det arg gcd".split()  # noqa: SIM905
)
_ACCENTS = {"̂": "hat", "̃": "tilde", "̄": "bar", "̅": "bar", "⃗": "vec", "̇": "dot", "̈": "ddot"}
_FENCES = {"{": r"\{", "}": r"\}", "": ".", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil"}
_FENCES |= {"⟨": r"\langle", "⟩": r"\rangle", "‖": r"\|"}

# Turns a part of an element, by its name, into LaTeX.
Part = Callable[[str], str]


def latex(formula: Any) -> str:
    """The formula of an oMath element, without dollar signs. Whatever it does not know it reads through."""
    return " ".join(_all(formula, 0).split())


def _all(element: Any | None, depth: int) -> str:
    if element is None or depth > MAX_DEPTH:
        return ""
    return "".join(_one(each, depth + 1) for each in element)


def _one(element: Any, depth: int) -> str:
    name = local(element)
    if name == "t":
        return str(element.text or "").translate(_SIGNS)
    if name in _SHAPES:
        return _SHAPES[name](element, lambda part: _all(child(element, part), depth).strip())
    if name in ("d", "m"):
        return (_fenced if name == "d" else _matrix)(element, depth)
    return "" if name.endswith("Pr") else _all(element, depth)


def _fenced(element: Any, depth: int) -> str:
    properties = child(element, "dPr")
    marks = {local(each): value(each) for each in properties} if properties is not None else {}
    opening, closing = marks.get("begChr", "("), marks.get("endChr", ")")
    inside = marks.get("sepChr", "|").join(_all(each, depth).strip() for each in element if local(each) == "e")
    return rf"\left{_FENCES.get(opening, opening)} {inside} \right{_FENCES.get(closing, closing)}"


def _matrix(element: Any, depth: int) -> str:
    rows = (" & ".join(_all(cell, depth).strip() for cell in row) for row in element if local(row) == "mr")
    return r"\begin{matrix} " + r" \\ ".join(rows) + r" \end{matrix}"


def _root(_: Any, part: Part) -> str:
    degree = part("deg")
    return rf"\sqrt[{degree}]{{{part('e')}}}" if degree else rf"\sqrt{{{part('e')}}}"


def _sum(element: Any, part: Part) -> str:
    sign = (value(child(element, "naryPr", "chr")) or "∫").translate(_SIGNS).strip()
    low, high = part("sub"), part("sup")
    bounds = (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")
    return f"{sign}{bounds} {part('e')}"


def _named(name: str) -> str:
    return f"\\{name}" if name in _FUNCTIONS else name


def _accented(element: Any, part: Part) -> str:
    accent = _ACCENTS.get(value(child(element, "accPr", "chr")) or "̂", "hat")
    return rf"\{accent}{{{part('e')}}}"


_SHAPES: dict[str, Callable[[Any, Part], str]] = {
    "f": lambda _, part: rf"\frac{{{part('num')}}}{{{part('den')}}}",
    "sSup": lambda _, part: f"{part('e')}^{{{part('sup')}}}",
    "sSub": lambda _, part: f"{part('e')}_{{{part('sub')}}}",
    "sSubSup": lambda _, part: f"{part('e')}_{{{part('sub')}}}^{{{part('sup')}}}",
    "rad": _root,
    "nary": _sum,
    "func": lambda _, part: f"{_named(part('fName'))} {part('e')}",
    "limLow": lambda _, part: f"{_named(part('e'))}_{{{part('lim')}}}",
    "acc": _accented,
    "bar": lambda _, part: rf"\overline{{{part('e')}}}",
}
