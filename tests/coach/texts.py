"""Notes in subjects and languages that the sample notes do not have, to talk about and to grade by."""

HISTORY = """# The Industrial Revolution

The **Industrial Revolution** was the change from making goods by hand at home to making them by machine in factories. It began in Britain around 1760 and reached Belgium, France and Germany after 1800.

## Why it began in Britain

Four conditions came together in Britain:

- coal that lay close to rivers and to the sea
- money from trade that looked for investment
- farms that fed more people with fewer workers
- patents that protected inventors

## Inventions

James Hargreaves built the **spinning jenny** in 1764; one worker could spin eight threads at once with it. Richard Arkwright's **water frame** of 1769 was too large for a cottage, so it was set up in mills beside rivers. James Watt did not invent the steam engine, but he gave it a separate condenser in 1769, which cut its use of coal by about 75 %.

## Life in the towns

Manchester grew from about 10,000 people in 1717 to more than 300,000 in 1851. Workers lived in crowded houses without clean water, so cholera spread quickly. Children worked up to fourteen hours a day because they were cheaper than adults and could crawl under the machines.

The **Factory Act** of 1833 forbade textile mills to employ children under nine. It was the first such law that was enforced, because it appointed inspectors.

## The Luddites

The **Luddites** were weavers and knitters who broke machines between 1811 and 1816, since the machines let unskilled workers do their trade for lower wages. They did not hate machines as such. Parliament made the breaking of machines a crime punished by death in 1812.
"""

LAW = """# Contract law

## Formation

A **contract** is an agreement between two or more parties that a court will enforce. Three things are needed for it:

1. **Offer**: a promise to be bound on certain terms, made to another person.
2. **Acceptance**: the unqualified agreement to all terms of the offer.
3. **Consideration**: something of value that each party gives in exchange for the other's promise.

An **invitation to treat** is not an offer: it only invites others to make one. Goods in a shop window are an invitation to treat, so the shopkeeper may refuse to sell them at the marked price.

A **counter-offer** changes the terms of the offer and thereby destroys it. After it the original offer can no longer be accepted.

Under the **postal rule** an acceptance sent by post takes effect when the letter is posted, not when it arrives. The rule was set out in Adams v Lindsell in 1818.

## Mistake and misrepresentation

A **misrepresentation** is a false statement of fact that leads the other party to enter into the contract. The innocent party may end the contract; if the statement was made fraudulently or carelessly, that party may also claim damages.

A **void** contract never had any legal effect. A **voidable** contract is valid until the innocent party sets it aside.

## Breach

A **condition** is a term so important that its breach lets the innocent party end the contract. A **warranty** is a minor term: its breach gives a right to damages only.

Damages put the injured party in the position in which it would have been if the contract had been performed. The injured party must **mitigate** its loss, that is, take reasonable steps to keep it small. A claim must be brought within six years of the breach.
"""

CHEMISTRY = """# Acids and bases

## Definitions

According to **Brønsted and Lowry**, an **acid** is a substance that gives away a proton, and a **base** is a substance that takes one up. An acid that has given away its proton becomes its **conjugate base**.

A **strong acid** gives away all its protons in water, as hydrochloric acid does. A **weak acid** gives away only some of them, so acid and conjugate base exist side by side in an equilibrium.

## The pH scale

The **pH** is the negative decimal logarithm of the concentration of hydrogen ions. At 25 °C pure water has a pH of 7. A step of one pH unit means a tenfold change of the concentration: a solution of pH 3 has ten times as many hydrogen ions as one of pH 4.

## Neutralisation and titration

In a **neutralisation** an acid reacts with a base to form a salt and water. The reaction releases about 57 kJ of heat per mole of water formed.

In a **titration** a solution of known concentration is added from a burette until the reaction is complete. The **equivalence point** is reached when the amounts of acid and base match. An **indicator** is a dye that changes its colour in a certain range of pH: phenolphthalein is colourless in acid and pink in base.

## Buffers

A **buffer** is a solution of a weak acid and its conjugate base that keeps the pH nearly constant when small amounts of acid or base are added. Added acid is taken up by the conjugate base, and added base is taken up by the weak acid. Blood is buffered at a pH of 7.4 by carbonic acid and hydrogen carbonate.
"""

CELLS = """# The cell

## Making proteins

The **ribosome** reads messenger RNA and joins amino acids into a protein. **Messenger RNA** carries the copy of a gene from the nucleus to the ribosome. **Transcription** copies a gene from DNA into messenger RNA; **translation** turns the order of its bases into the order of the amino acids. Three bases form a **codon**, which stands for one amino acid.

## Transport through the membrane

**Osmosis** is the movement of water through a semipermeable membrane from the side with less dissolved material to the side with more. **Diffusion** needs no energy, as particles move from high to low concentration by themselves. **Active transport** moves particles against their concentration gradient and uses ATP.

## Organelles

The **nucleus** holds the DNA and controls what the cell makes. The **mitochondrion** releases energy from glucose and stores it in ATP. **Lysosomes** digest worn-out parts of the cell with enzymes. The **Golgi apparatus** sorts proteins and packs them into vesicles.
"""

GERMAN = """# Zellbiologie

## Osmose

Die **Osmose** ist die Wanderung von Wasser durch eine halbdurchlässige Membran zur Seite mit der höheren Konzentration gelöster Stoffe. Sie braucht keine Energie.

## Mitose

Die **Mitose** ist die Teilung des Zellkerns, bei der zwei Tochterkerne mit gleichem Erbgut entstehen. Sie läuft in vier Phasen ab:

- Prophase
- Metaphase
- Anaphase
- Telophase

Die Mitose dauert beim Menschen etwa eine Stunde.

## Meiose

Die **Meiose** ist die Teilung, bei der Keimzellen mit halbem Chromosomensatz entstehen. Dabei entstehen vier Zellen.
"""

SPANISH = """# Biología celular

## La ósmosis

La **ósmosis** es el paso de agua a través de una membrana semipermeable hacia el lado con mayor concentración de solutos. No necesita energía.

## La mitosis

La **mitosis** es la división del núcleo en la que se forman dos núcleos hijos con el mismo material genético. Tiene cuatro fases:

- Profase
- Metafase
- Anafase
- Telofase

## La meiosis

La **meiosis** es la división que produce gametos con la mitad de los cromosomas. De ella resultan cuatro células.
"""

CHINESE = """# 细胞生物学

## 渗透作用

渗透作用是水分子通过半透膜从低浓度溶液流向高浓度溶液的过程。渗透作用不需要能量。

## 有丝分裂

有丝分裂是细胞核分裂的过程，产生两个遗传物质相同的子细胞。有丝分裂分为四个时期。
"""
