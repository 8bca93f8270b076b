"""What students might answer to questions made from the sample notes, and how a teacher would grade it."""

from studyin.coach.grading import Verdict
from studyin.coach.question import Form, Question

RIGHT, PARTLY, WRONG = Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG


def explain(text: str, *expected: str) -> Question:
    return Question(Form.EXPLAIN, text, expected, "p", "notes.md", "Heading")


def gap(sentence: str, answer: str) -> Question:
    shown = sentence.replace(answer, "____")
    return Question(Form.GAP, f"What belongs in the gap?\n\n> {shown}", (sentence,), "p", "notes.md", "Heading", answer)


def items(text: str, *expected: str) -> Question:
    return Question(Form.LIST, text, expected, "p", "notes.md", "Heading")


GLYCOLYSIS = explain(
    "In your own words, what is glycolysis?",
    "**Glycolysis** is the splitting of one glucose molecule, which has six carbon atoms, into two molecules of"
    " pyruvate, which have three each.",
)
OXYGEN = explain(
    "Does glycolysis need oxygen?",
    "It takes place in the cytosol and needs no oxygen.",
)
ATP = explain(
    "How would you explain ATP?",
    "**Adenosine triphosphate (ATP)** is the molecule that carries energy from the reactions that release it to the"
    " work that needs it.",
)
PHOTOSYNTHESIS = explain(
    "What is photosynthesis?",
    "**Photosynthesis** is the process by which plants, algae and some bacteria use the energy of light to make sugar"
    " from carbon dioxide and water.",
)
GREEN = explain(
    "Why are leaves green?",
    "The thylakoid membrane holds **chlorophyll**, the pigment that absorbs mainly blue and red light and reflects"
    " green, which is why leaves look green.",
)
ESTIMATES = explain(
    "Why are newer estimates of ATP lower?",
    "Newer estimates are lower, about 30 to 32 ATP, because the proton gradient also drives transport across the"
    " membrane, and because the ratios of protons pumped to ATP made are not whole numbers.",
)
INDEPENDENT = explain(
    "When are two events independent?",
    "Two events are **independent** if the occurrence of one does not change the probability of the other.",
)
PROBABILITY = explain(
    "What is a probability?",
    "The **probability** of an event is a number between 0 and 1 that says how likely the event is.",
)
BASE_RATE = explain(
    "What is the base rate fallacy?",
    "The **base rate fallacy** is the mistake of ignoring the prior when judging evidence.",
)
FALLACY = explain(
    "What is the gambler's fallacy?",
    "It does not say that a run of bad luck must soon be followed by good luck: believing so is the **gambler's"
    " fallacy**, for a die has no memory.",
)
HEAT = explain(
    "What happens to photosynthesis above 40 °C?",
    "Above roughly 40 °C the rate falls in most plants, because enzymes lose their shape.",
)
FERMENTATION = explain(
    "What is the purpose of fermentation?",
    "Its purpose is to turn NADH back into NAD⁺, without which glycolysis would come to a halt.",
)
LIMITING = explain(
    "What is a limiting factor?",
    "A **limiting factor** is the one in shortest supply, which holds back the whole process: if light is scarce, more"
    " carbon dioxide does not help.",
)
BAYES = explain(
    "What does Bayes' theorem do?",
    "**Bayes' theorem** is a formula that turns a conditional probability around: from the probability of the evidence"
    " given the hypothesis it gives the probability of the hypothesis given the evidence.",
)
VARIANCE = explain(
    "What does the variance measure?",
    "The **variance** measures how far the values spread around the expected value:"
    " $\\text{Var}(X) = E((X - E(X))^2)$.",
)
LARGE_NUMBERS = explain(
    "What does the law of large numbers say?",
    "The **law of large numbers** says that the average of many independent repetitions comes close to the expected"
    " value.",
)
SENSITIVITY = explain(
    "What is the sensitivity of a test?",
    "A test detects it in 90 % of the people who have it; this share is called the **sensitivity**.",
)
OVERLAP = explain(
    "Why is the overlap subtracted?",
    "The overlap is subtracted because it would otherwise be counted twice.",
)
TRANSPORT = explain(
    "What happens in the electron transport chain?",
    "The electrons move from complex to complex, and the energy they lose pumps protons from the matrix into the"
    " intermembrane space.",
)
DARK = explain(
    "Why does the Calvin cycle stop in the dark?",
    "It needs no light itself, but it stops soon in the dark because its supplies run out.",
)
ACCEPTOR = gap("Oxygen is the **final electron acceptor** of the chain.", "Oxygen")
CYTOSOL = gap("It takes place in the cytosol and needs no oxygen.", "cytosol")
SYNTHASE = gap("The protons flow back into the matrix through the enzyme **ATP synthase**.", "ATP synthase")
ACETYL = gap("The remaining two-carbon group is attached to coenzyme A and forms **acetyl-CoA**.", "acetyl-CoA")
MITOCHONDRION = gap("Each pyruvate enters the mitochondrion and loses one carbon atom.", "mitochondrion")
RANGE = gap("Newer estimates are lower, about 30 to 32 ATP.", "30 to 32")
ENERGY = gap("About 30.5 kJ of energy per mole are released.", "30.5 kJ")
YEAR = gap("Hans Krebs described the cycle in 1937.", "1937")
SHARE = gap("The disease is present in only about 15 % of cases.", "about 15 %")
NADH = gap("Each turn of the cycle yields three NADH, one FADH₂ and one ATP (or GTP).", "three")
DIOXIDE = gap("Two carbon atoms leave as carbon dioxide.", "carbon dioxide")
STAGES = items(
    "Respiration has four stages. Which?",
    "Glycolysis, in the cytosol",
    "Pyruvate oxidation, in the mitochondrial matrix",
    "The citric acid cycle, in the mitochondrial matrix",
    "Oxidative phosphorylation, at the inner mitochondrial membrane",
)
PHASES = items(
    "The Calvin cycle has three phases. Which?",
    "**Carbon fixation**: the enzyme *rubisco* attaches carbon dioxide to ribulose bisphosphate.",
    "**Reduction**: ATP and NADPH turn the product into glyceraldehyde 3-phosphate.",
    "**Regeneration**: most of the G3P is used to form RuBP again.",
)

ANSWERS: list[tuple[Question, str, Verdict]] = [
    # In other words, in part, and wrong
    (GLYCOLYSIS, "the splitting of glucose into two pyruvate", RIGHT),
    (GLYCOLYSIS, "glucose is broken down into 2 pyruvates", RIGHT),
    (GLYCOLYSIS, "one glucose molecule gets split and you end up with two molecules of pyruvate", RIGHT),
    (GLYCOLYSIS, "It splits glucos into two piruvate molecules", RIGHT),
    (GLYCOLYSIS, "something is split in the cell", PARTLY),
    (GLYCOLYSIS, "glucose gets used", PARTLY),
    (GLYCOLYSIS, "it makes oxygen in the leaves", WRONG),
    (GLYCOLYSIS, "glycolysis", WRONG),
    (GLYCOLYSIS, "the joining of two pyruvate to lactate", PARTLY),
    (OXYGEN, "No, it doesn't need oxygen", RIGHT),
    (OXYGEN, "no oxygen is needed, it happens in the cytosol", RIGHT),
    (OXYGEN, "It works without oxygen in the cytosol", RIGHT),
    (OXYGEN, "It needs oxygen, in the cytosol", WRONG),
    (ATP, "a molecule that carries energy to where work is done", RIGHT),
    (ATP, "the energy carrier: it transports energy from reactions that give it off to the work", RIGHT),
    (ATP, "it transports energy", PARTLY),
    (ATP, "a kind of sugar in the blood", WRONG),
    (PHOTOSYNTHESIS, "plants use light energy to make sugar out of CO2 and water", RIGHT),
    (PHOTOSYNTHESIS, "Plants and algae produce glucose from carbon dioxide and H2O with sunlight", RIGHT),
    (PHOTOSYNTHESIS, "plants make sugar", PARTLY),
    (PHOTOSYNTHESIS, "when animals breathe in the air", WRONG),
    (GREEN, "chlorophyll absorbs red and blue light but reflects green", RIGHT),
    (GREEN, "because chlorophyll reflects green light", PARTLY),
    (GREEN, "the pigment takes up blue and red light, chlorophyll reflects the green", RIGHT),
    (GREEN, "chlorophyll absorbs green light and reflects red and blue", PARTLY),
    (GREEN, "because of the sky", WRONG),
    (
        ESTIMATES,
        "the proton gradient is also used for transport across the membrane and the ratios aren't whole numbers",
        RIGHT,
    ),
    (ESTIMATES, "the gradient drives transport through the membrane too", PARTLY),
    (ESTIMATES, "because scientists were lazy", WRONG),
    (INDEPENDENT, "when one happening does not change the probability of the other", RIGHT),
    (INDEPENDENT, "if one occurring doesn't affect the chance of the other one", RIGHT),
    (INDEPENDENT, "if the occurrence of one changes the probability of the other", WRONG),
    (INDEPENDENT, "when they can't happen together", WRONG),
    (PROBABILITY, "a number from 0 to 1 for how likely something is", RIGHT),
    (PROBABILITY, "a number that tells how likely an event is", RIGHT),
    (PROBABILITY, "a number between 1 and 100", PARTLY),
    (BASE_RATE, "ignoring the prior when you judge evidence", RIGHT),
    (BASE_RATE, "forgetting the prior while judging the evidence", RIGHT),
    (BASE_RATE, "ignoring something", PARTLY),
    (BASE_RATE, "not ignoring the prior when judging evidence", WRONG),
    (FALLACY, "thinking that after bad luck good luck must follow, but a die has no memory", RIGHT),
    (FALLACY, "believing a run of bad luck has to be followed by good luck", RIGHT),
    (FALLACY, "when you lose all your money", WRONG),
    (HEAT, "the rate falls because the enzymes lose their shape", RIGHT),
    (HEAT, "it drops as enzymes lose shape", RIGHT),
    (HEAT, "the rate rises because enzymes work faster", WRONG),
    (FERMENTATION, "to get NAD+ back from NADH so glycolysis can go on", RIGHT),
    (FERMENTATION, "it regenerates NAD+", PARTLY),
    (FERMENTATION, "to make a lot of ATP", WRONG),
    (LIMITING, "whatever is in shortest supply and holds the process back", RIGHT),
    (LIMITING, "the thing that is most scarce, so it slows down everything", PARTLY),
    (LIMITING, "the factor that is most abundant", WRONG),
    (BAYES, "it turns around a conditional probability, from P(E|H) to P(H|E)", RIGHT),
    (
        BAYES,
        "gives the probability of a hypothesis given evidence from the probability of evidence given the hypothesis",
        RIGHT,
    ),
    (BAYES, "adds probabilities of two events", WRONG),
    (VARIANCE, "how much values spread around the expected value", RIGHT),
    (VARIANCE, "how far the numbers are spread from the mean", PARTLY),
    (VARIANCE, "the biggest value", PARTLY),
    (LARGE_NUMBERS, "the average of lots of repetitions gets close to the expected value", RIGHT),
    (LARGE_NUMBERS, "if you repeat it many times the average comes near the expected value", RIGHT),
    (LARGE_NUMBERS, "that large numbers are rare", WRONG),
    (SENSITIVITY, "share of people with the disease that the test detects", RIGHT),
    (SENSITIVITY, "the share of healthy people who test negative", PARTLY),
    (OVERLAP, "otherwise you would count it twice", RIGHT),
    (OVERLAP, "because it gets counted two times", RIGHT),
    (OVERLAP, "because it is negative", WRONG),
    (
        TRANSPORT,
        "electrons go from complex to complex and their energy pumps protons into the intermembrane space",
        RIGHT,
    ),
    (TRANSPORT, "protons are pumped out of the matrix by the energy of the electrons", RIGHT),
    (TRANSPORT, "electrons move", PARTLY),
    (TRANSPORT, "it makes sugar out of light", WRONG),
    (DARK, "its supplies run out", RIGHT),
    (DARK, "because it runs out of supplies like ATP and NADPH", RIGHT),
    (DARK, "because plants sleep", WRONG),
    # Gaps
    (ACCEPTOR, "oxygen", RIGHT),
    (ACCEPTOR, "O2", RIGHT),
    (ACCEPTOR, "it's oxigen", RIGHT),
    (ACCEPTOR, "hydrogen", WRONG),
    (ACCEPTOR, "not oxygen", WRONG),
    (ACCEPTOR, "oxygen or nitrogen", PARTLY),
    (CYTOSOL, "It takes place in the cytosol", RIGHT),
    (CYTOSOL, "the nucleus", WRONG),
    (SYNTHASE, "atp synthase", RIGHT),
    (SYNTHASE, "ATP sythase", RIGHT),
    (SYNTHASE, "synthase", PARTLY),
    (SYNTHASE, "rubisco", WRONG),
    (ACETYL, "acetyl CoA", RIGHT),
    (ACETYL, "Acetyl-coa", RIGHT),
    (ACETYL, "acetylcoa", RIGHT),
    (ACETYL, "pyruvate", WRONG),
    (MITOCHONDRION, "mitochondria", RIGHT),
    (MITOCHONDRION, "mitocondrion", RIGHT),
    (DIOXIDE, "CO2", RIGHT),
    (DIOXIDE, "carbon monoxide", PARTLY),
    # Numbers and units
    (RANGE, "30 to 32", RIGHT),
    (RANGE, "31", RIGHT),
    (RANGE, "about thirty", RIGHT),
    (RANGE, "38", WRONG),
    (ENERGY, "30.5 kJ", RIGHT),
    (ENERGY, "30500 J", RIGHT),
    (ENERGY, "30.5", RIGHT),
    (ENERGY, "30.5 g", WRONG),
    (ENERGY, "3.05 kJ", WRONG),
    (YEAR, "in 1937", RIGHT),
    (YEAR, "1973", WRONG),
    (SHARE, "15%", RIGHT),
    (SHARE, "0.15", RIGHT),
    (SHARE, "15 percent", RIGHT),
    (SHARE, "90 %", WRONG),
    (NADH, "3", RIGHT),
    (NADH, "three NADH", RIGHT),
    (NADH, "two", WRONG),
    # Lists
    (STAGES, "glycolysis, pyruvate oxidation, Krebs cycle, oxidative phosphorylation", PARTLY),
    (STAGES, "Glycolysis, pyruvate oxidation, the citric acid cycle and oxidative phosphorylation", RIGHT),
    (STAGES, "glycolisis; pyruvate oxidation; citric acid cycle; oxidative phosphorilation", RIGHT),
    (STAGES, "glycolysis and the citric acid cycle", PARTLY),
    (STAGES, "prophase, metaphase, anaphase", WRONG),
    (PHASES, "carbon fixation, reduction, regeneration", RIGHT),
    (PHASES, "fixing carbon, reduction and then regenerating", RIGHT),
    (PHASES, "reduction", PARTLY),
    (PHASES, "no idea at all", WRONG),
]
