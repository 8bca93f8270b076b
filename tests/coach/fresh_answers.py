"""Answers in physics, geography, economics and literature, written with a teacher's verdicts after the grading was
mended by the other tables. At first sight 56 of 74 agreed; the rules for what stands in which place were mended since,
so that a new table is needed to tell how the grading does on what it was not made for.
"""

from studyin.coach.grading import Verdict
from studyin.coach.question import Question
from tests.coach.answers import PARTLY, RIGHT, WRONG, explain, gap, items

INERTIA = explain(
    "What does Newton's first law say?",
    "A body stays at rest or moves in a straight line at constant speed unless a force acts on it.",
)
WORK = explain(
    "How would you explain work?",
    "**Work** is the product of the force on a body and the distance it moves in the direction of the force.",
)
REFRACTION = explain(
    "Why does light bend when it enters water?",
    "Light bends towards the normal when it enters water, because it travels more slowly in water than in air.",
)
SOUND = explain("Can sound travel through a vacuum?", "Sound needs a medium and cannot travel through a vacuum.")
SPEED = gap("Light travels at about 300,000 km per second.", "about 300,000 km")
GRAVITY = gap("Near the ground a body falls with an acceleration of 9.81 m/s².", "9.81")
STATES = items("Matter has three common states. Which three?", "solid", "liquid", "gas")

DELTA = explain(
    "How does a delta form?",
    "A **delta** forms where a river slows down at its mouth and drops the sediment that it carries.",
)
MONSOON = explain(
    "Why does the summer monsoon bring rain?",
    "In summer the land heats up faster than the sea, so air rises over the land and moist air flows in from the sea.",
)
EROSION = explain(
    "What is the difference between weathering and erosion?",
    "**Weathering** breaks rock down where it is, while **erosion** carries the pieces away.",
)
PLATES = explain(
    "What happens at a subduction zone?",
    "The denser oceanic plate sinks below the continental plate, which causes earthquakes and volcanoes.",
)
EVEREST = gap("Mount Everest is 8,849 m high.", "8,849 m")
OCEANS = items(
    "There are five oceans. Which five?", "the Pacific", "the Atlantic", "the Indian Ocean", "the Southern Ocean",
    "the Arctic Ocean",
)  # fmt: skip

DEMAND = explain(
    "What does the law of demand say?",
    "The **law of demand** says that the quantity demanded falls when the price rises, other things being equal.",
)
INFLATION = explain(
    "How would you explain inflation?",
    "**Inflation** is a lasting rise of the general price level, so that money buys less.",
)
MONOPOLY = explain(
    "What is a monopoly?",
    "A **monopoly** is a market with a single seller, who can set the price because nobody competes.",
)
OPPORTUNITY = explain(
    "What is opportunity cost?",
    "**Opportunity cost** is the value of the best alternative that is given up when a choice is made.",
)
TARIFF = explain(
    "What does a tariff do?",
    "A **tariff** is a tax on imports that makes foreign goods dearer and protects home producers.",
)
VAT = gap("The standard rate of the tax is 20 %.", "20 %")

METAPHOR = explain(
    "What is a metaphor?",
    "A **metaphor** describes one thing as if it were another, without the word like or as.",
)
IRONY = explain(
    "What is dramatic irony?",
    "In **dramatic irony** the audience knows something that a character on the stage does not know.",
)
SONNET = explain(
    "How would you explain a sonnet?", "A **sonnet** is a poem of fourteen lines with a fixed rhyme scheme."
)
NARRATOR = explain(
    "What is an omniscient narrator?",
    "An **omniscient narrator** stands outside the story and knows the thoughts of all characters.",
)
HAMLET = gap("Hamlet is the prince of Denmark.", "Denmark")

FRESH: list[tuple[Question, str, Verdict]] = [
    (INERTIA, "things keep moving straight or stay still if no force acts on them", RIGHT),
    (INERTIA, "a body at rest stays at rest", PARTLY),
    (INERTIA, "force equals mass times acceleration", WRONG),
    (INERTIA, "a body stops when no force acts on it", WRONG),
    (WORK, "force times distance in the direction of the force", RIGHT),
    (WORK, "the force multiplied by the distance moved", RIGHT),
    (WORK, "something with force", PARTLY),
    (WORK, "the heat of a body", WRONG),
    (REFRACTION, "because light is slower in water than in air", RIGHT),
    (REFRACTION, "it travels slower there", PARTLY),
    (REFRACTION, "because light travels faster in water than in air", WRONG),
    (REFRACTION, "it travels more slowly in air than in water", WRONG),
    (SOUND, "no, it needs a medium", RIGHT),
    (SOUND, "yes it can", WRONG),
    (SOUND, "No", RIGHT),
    (SPEED, "300000 km", RIGHT),
    (SPEED, "3e8 m", RIGHT),
    (SPEED, "300 km", WRONG),
    (GRAVITY, "9,81", RIGHT),
    (GRAVITY, "8.91", WRONG),
    (STATES, "solids, liquids and gases", RIGHT),
    (STATES, "liquid and gas", PARTLY),
    (STATES, "hot, cold", WRONG),
    (DELTA, "the river gets slower at the mouth and deposits its sediment", RIGHT),
    (DELTA, "sediment gets dropped", PARTLY),
    (DELTA, "the river speeds up and carries all sediment away", WRONG),
    (DELTA, "an earthquake lifts the sea floor", WRONG),
    (MONSOON, "land warms faster than sea, the air rises and wet air comes in from the sea", RIGHT),
    (MONSOON, "moist air flows in from the sea", PARTLY),
    (MONSOON, "the sea heats up faster than the land", WRONG),
    (MONSOON, "dry air flows from the land to the sea", WRONG),
    (EROSION, "weathering breaks the rock in place, erosion transports the pieces", RIGHT),
    (EROSION, "erosion breaks rock down where it is and weathering carries it away", WRONG),
    (EROSION, "erosion moves the pieces away", PARTLY),
    (PLATES, "the heavier oceanic plate goes under the continental one, giving earthquakes and volcanos", RIGHT),
    (PLATES, "the continental plate sinks below the oceanic plate", WRONG),
    (PLATES, "there are volcanoes", PARTLY),
    (EVEREST, "8849", RIGHT),
    (EVEREST, "8.849 km", RIGHT),
    (EVEREST, "8489 m", WRONG),
    (OCEANS, "Pacific, Atlantic, Indian, Southern, Arctic", RIGHT),
    (OCEANS, "atlantik, pacific and arctic", PARTLY),
    (DEMAND, "if the price goes up people buy less", RIGHT),
    (DEMAND, "when price rises quantity demanded falls", RIGHT),
    (DEMAND, "when price rises quantity demanded rises", WRONG),
    (DEMAND, "demand depends on the price", PARTLY),
    (INFLATION, "prices in general go up for a long time and your money is worth less", RIGHT),
    (INFLATION, "prices rise", PARTLY),
    (INFLATION, "a lasting fall of the general price level", WRONG),
    (MONOPOLY, "only one seller in the market, without competition, so he sets the price", RIGHT),
    (MONOPOLY, "a market with many sellers", WRONG),
    (MONOPOLY, "one seller", PARTLY),
    (OPPORTUNITY, "the value of the next best option you give up by choosing", RIGHT),
    (OPPORTUNITY, "the price you pay in the shop", WRONG),
    (OPPORTUNITY, "what you give up", PARTLY),
    (TARIFF, "an import tax that makes goods from abroad more expensive to protect producers at home", RIGHT),
    (TARIFF, "a tax on exports", WRONG),
    (TARIFF, "a tax", PARTLY),
    (VAT, "a fifth", RIGHT),
    (VAT, "twenty percent", RIGHT),
    (VAT, "2 %", WRONG),
    (METAPHOR, "describing a thing as another thing, not using like or as", RIGHT),
    (METAPHOR, "it uses the word like", WRONG),
    (IRONY, "we in the audience know something the character doesnt know", RIGHT),
    (IRONY, "the character knows something that the audience does not know", WRONG),
    (IRONY, "when something is funny", WRONG),
    (SONNET, "14 line poem with a rhyme scheme", RIGHT),
    (SONNET, "a poem", PARTLY),
    (SONNET, "a poem of twelve lines", PARTLY),
    (NARRATOR, "one who is not in the story and knows what everybody thinks", RIGHT),
    (NARRATOR, "knows the thoughts of all the characters", RIGHT),
    (NARRATOR, "a narrator who does not know the thoughts of the characters", WRONG),
    (HAMLET, "Danemark", RIGHT),
    (HAMLET, "England", WRONG),
]
