"""Answers that were written, with a teacher's verdicts, before anyone looked at how they are graded: history, law,
chemistry and cells.

The other table was tuned on itself; this one tells how the grading does on what it has not seen.
"""

from studyin.coach.grading import Verdict
from studyin.coach.question import Question
from tests.coach.answers import PARTLY, RIGHT, WRONG, explain, gap, items

INDUSTRIAL = explain(
    "In your own words, what was the Industrial Revolution?",
    "The **Industrial Revolution** was the change from making goods by hand at home to making them by machine in"
    " factories.",
)
CHILDREN = explain(
    "Why did children work in the mills?",
    "Children worked up to fourteen hours a day because they were cheaper than adults and could crawl under the"
    " machines.",
)
CHOLERA = explain(
    "Why did cholera spread in the towns?",
    "Workers lived in crowded houses without clean water, so cholera spread quickly.",
)
LUDDITES = explain(
    "How would you explain the Luddites?",
    "The **Luddites** were weavers and knitters who broke machines between 1811 and 1816, since the machines let"
    " unskilled workers do their trade for lower wages.",
)
HATRED = explain("Did the Luddites hate machines?", "They did not hate machines as such.")
FACTORY_ACT = explain(
    "What did the Factory Act do?",
    "The **Factory Act** of 1833 forbade textile mills to employ children under nine.",
)
CONDITIONS = items(
    "Four conditions came together in Britain. Which four?",
    "coal that lay close to rivers and to the sea",
    "money from trade that looked for investment",
    "farms that fed more people with fewer workers",
    "patents that protected inventors",
)
COAL = gap("He gave it a separate condenser in 1769, which cut its use of coal by about 75 %.", "about 75 %")

CONTRACT = explain(
    "How would you explain a contract?",
    "A **contract** is an agreement between two or more parties that a court will enforce.",
)
TREAT = explain(
    "What is an invitation to treat?",
    "An **invitation to treat** is not an offer: it only invites others to make one.",
)
COUNTER = explain(
    "What does a counter-offer do?",
    "A **counter-offer** changes the terms of the offer and thereby destroys it.",
)
POSTAL = explain(
    "What does the postal rule say?",
    "Under the **postal rule** an acceptance sent by post takes effect when the letter is posted, not when it arrives.",
)
MISREPRESENTATION = explain(
    "What is a misrepresentation?",
    "A **misrepresentation** is a false statement of fact that leads the other party to enter into the contract.",
)
WARRANTY = explain(
    "What is a warranty?",
    "A **warranty** is a minor term: its breach gives a right to damages only.",
)
LIMIT = gap("A claim must be brought within six years of the breach.", "six years")
FORMATION = items(
    "Three things are needed for it. Which three?",
    "**Offer**: a promise to be bound on certain terms, made to another person.",
    "**Acceptance**: the unqualified agreement to all terms of the offer.",
    "**Consideration**: something of value that each party gives in exchange for the other's promise.",
)

ACID = explain(
    "What is an acid according to Brønsted and Lowry?",
    "According to **Brønsted and Lowry**, an **acid** is a substance that gives away a proton, and a **base** is a"
    " substance that takes one up.",
)
WEAK = explain(
    "What is a weak acid?",
    "A **weak acid** gives away only some of them, so acid and conjugate base exist side by side in an equilibrium.",
)
NEUTRALISATION = explain(
    "What happens in a neutralisation?",
    "In a **neutralisation** an acid reacts with a base to form a salt and water.",
)
BUFFER = explain(
    "What is a buffer?",
    "A **buffer** is a solution of a weak acid and its conjugate base that keeps the pH nearly constant when small"
    " amounts of acid or base are added.",
)
INDICATOR = explain(
    "How would you explain an indicator?",
    "An **indicator** is a dye that changes its colour in a certain range of pH: phenolphthalein is colourless in acid"
    " and pink in base.",
)
TENFOLD = explain(
    "How do solutions of pH 3 and pH 4 compare?",
    "A step of one pH unit means a tenfold change of the concentration: a solution of pH 3 has ten times as many"
    " hydrogen ions as one of pH 4.",
)
HEAT_OF_IT = gap("The reaction releases about 57 kJ of heat per mole of water formed.", "about 57 kJ")
BLOOD = gap("Blood is buffered at a pH of 7.4 by carbonic acid and hydrogen carbonate.", "7.4")

RIBOSOME = explain(
    "What does the ribosome do?",
    "The **ribosome** reads messenger RNA and joins amino acids into a protein.",
)
OSMOSIS = explain(
    "What is osmosis?",
    "**Osmosis** is the movement of water through a semipermeable membrane from the side with less dissolved material"
    " to the side with more.",
)
ACTIVE = explain(
    "What is active transport?",
    "**Active transport** moves particles against their concentration gradient and uses ATP.",
)
DIFFUSION = explain(
    "Does diffusion need energy?",
    "**Diffusion** needs no energy, as particles move from high to low concentration by themselves.",
)
MITOCHONDRIA = explain(
    "What does the mitochondrion do?",
    "The **mitochondrion** releases energy from glucose and stores it in ATP.",
)
CODON = gap("Three bases form a **codon**, which stands for one amino acid.", "codon")
GOLGI = gap("The **Golgi apparatus** sorts proteins and packs them into vesicles.", "Golgi apparatus")

UNSEEN: list[tuple[Question, str, Verdict]] = [
    # History
    (INDUSTRIAL, "people stopped making things at home by hand and used machines in factories instead", RIGHT),
    (INDUSTRIAL, "goods were made by machines", PARTLY),
    (INDUSTRIAL, "the king was beheaded and france became a republic", WRONG),
    (INDUSTRIAL, "a change from factory machines to handmade goods at home", WRONG),
    (CHILDREN, "they cost less than grown-ups and fit under the machines", RIGHT),
    (CHILDREN, "cheap labour", PARTLY),
    (CHILDREN, "because they liked it", WRONG),
    (CHILDREN, "children were more expensive than adults", WRONG),
    (CHOLERA, "too many people in each house and the water was dirty", RIGHT),
    (CHOLERA, "there was no clean water", PARTLY),
    (CHOLERA, "because of the rats on the ships", WRONG),
    (
        LUDDITES,
        "weavers who smashed machines because these allowed unskilled people to do the work for less pay",
        RIGHT,
    ),
    (LUDDITES, "people who broke machines", PARTLY),
    (LUDDITES, "factory owners who built machines", WRONG),
    (HATRED, "no, not machines as such", RIGHT),
    (HATRED, "yes, they hated them", WRONG),
    (FACTORY_ACT, "mills weren't allowed to employ kids under 9 any more", RIGHT),
    (FACTORY_ACT, "it banned child labour under nine in textile mils", RIGHT),
    (FACTORY_ACT, "it allowed mills to employ children under nine", WRONG),
    (CONDITIONS, "coal near rivers, money from trade, farms feeding more people, patents", RIGHT),
    (CONDITIONS, "coal and patents", PARTLY),
    (CONDITIONS, "slavery, kings, wine", WRONG),
    (COAL, "three quarters", RIGHT),
    (COAL, "0.75", RIGHT),
    (COAL, "a quarter", WRONG),
    # Law
    (CONTRACT, "a deal between at least two parties which the court enforces", RIGHT),
    (CONTRACT, "an agreement", PARTLY),
    (CONTRACT, "an agreement that courts do not enforce", WRONG),
    (CONTRACT, "a crime", WRONG),
    (TREAT, "it isn't an offer, it just asks other people to make one", RIGHT),
    (TREAT, "it is an offer", WRONG),
    (COUNTER, "it kills the offer by changing its terms", RIGHT),
    (COUNTER, "changes the terms", PARTLY),
    (COUNTER, "it accepts everything", WRONG),
    (POSTAL, "acceptance counts from the moment you post the letter, not on arrival", RIGHT),
    (POSTAL, "the acceptance takes effect when the letter arrives", WRONG),
    (POSTAL, "a letter of acceptance is effective once posted", RIGHT),
    (MISREPRESENTATION, "a false statement that makes the other side enter the contract", RIGHT),
    (MISREPRESENTATION, "a lie", PARTLY),
    (MISREPRESENTATION, "a true statement of fact that leads the other to the contract", WRONG),
    (WARRANTY, "a less important term; breaking it only gives you damages", RIGHT),
    (WARRANTY, "breach ends the contract", WRONG),
    (LIMIT, "6 years", RIGHT),
    (LIMIT, "72 months", RIGHT),
    (LIMIT, "six months", WRONG),
    (FORMATION, "offer, aceptance and consideration", RIGHT),
    (FORMATION, "offer and acceptance", PARTLY),
    # Chemistry
    (ACID, "something that donates a proton", RIGHT),
    (ACID, "a proton giver", RIGHT),
    (ACID, "a substance that takes up a proton", WRONG),
    (WEAK, "one that gives off just part of its protons", RIGHT),
    (WEAK, "an acid that gives away all its protons", WRONG),
    (NEUTRALISATION, "acid plus base gives salt plus water", RIGHT),
    (NEUTRALISATION, "salt and water react to form an acid and a base", WRONG),
    (NEUTRALISATION, "water is formed", PARTLY),
    (BUFFER, "it holds the pH steady when you add a bit of acid or base", RIGHT),
    (BUFFER, "a mixture of a weak acid with its conjugate base", PARTLY),
    (BUFFER, "a very strong acid", WRONG),
    (BUFFER, "it does not keep the pH constant when acid is added", WRONG),
    (INDICATOR, "a dye whose color depends on the pH", RIGHT),
    (INDICATOR, "a coloured thing", PARTLY),
    (TENFOLD, "pH 3 has 10 times more hydrogen ions", RIGHT),
    (TENFOLD, "pH 4 has ten times as many hydrogen ions as pH 3", WRONG),
    (HEAT_OF_IT, "57000 J", RIGHT),
    (HEAT_OF_IT, "57 J", WRONG),
    (BLOOD, "7,4", RIGHT),
    (BLOOD, "pH 4.7", WRONG),
    # Cells
    (RIBOSOME, "it builds proteins out of amino acids by reading the mRNA", RIGHT),
    (RIBOSOME, "makes protein", PARTLY),
    (RIBOSOME, "the ribosome is made by the protein", WRONG),
    (RIBOSOME, "it does not make proteins from amino acids", WRONG),
    (RIBOSOME, "stores fat", WRONG),
    (OSMOSIS, "water moves across a semi-permeable membrane to where more stuff is dissolved", RIGHT),
    (OSMOSIS, "watr movment thru a semipermeable membrain to the side with more dissolved material", RIGHT),
    (OSMOSIS, "water moves", PARTLY),
    (OSMOSIS, "the side with more dissolved material gives water to the side with less", WRONG),
    (ACTIVE, "pumping particles against the gradient, which costs ATP", RIGHT),
    (ACTIVE, "it needs energy", PARTLY),
    (ACTIVE, "particles move along their gradient without ATP", WRONG),
    (DIFFUSION, "no, the particles go from high to low concentration on their own", RIGHT),
    (DIFFUSION, "no", RIGHT),
    (DIFFUSION, "yes, it uses a lot of energy", WRONG),
    (DIFFUSION, "no, they move from low to high concentration by themselves", WRONG),
    (MITOCHONDRIA, "gets energy from glucose and saves it as ATP", RIGHT),
    (MITOCHONDRIA, "it stores ATP in glucose", WRONG),
    (MITOCHONDRIA, "powerhouse of the cell", PARTLY),
    (CODON, "codons", RIGHT),
    (CODON, "kodon", RIGHT),
    (CODON, "gene", WRONG),
    (GOLGI, "the golgi", RIGHT),
    (GOLGI, "golgi aparatus", RIGHT),
    (GOLGI, "lysosome", WRONG),
]
