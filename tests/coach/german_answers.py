"""What students might answer in German, with its endings, compounds and numbers, and how a teacher would grade it."""

from studyin.coach.grading import Verdict
from studyin.coach.question import Question
from tests.coach.answers import explain, gap, items

RIGHT, PARTLY, WRONG = Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG

WEIMAR = explain(
    "Warum tagte die Nationalversammlung in Weimar?",
    "Die Versammlung tagte in Weimar, weil Berlin nach den Kämpfen vom Januar als zu unsicher galt.",
)
DECREE = explain(
    "Was ist eine Notverordnung?",
    "Eine Notverordnung ist eine Anordnung, die wie ein Gesetz gilt, ohne dass das Parlament sie vorher beschlossen"
    " hat.",
)
THRESHOLD = explain(
    "Warum waren Mehrheiten schwer zu bilden?",
    "Eine Sperrklausel gab es nicht.",
    "Dadurch kamen viele kleine Parteien in den Reichstag, und Regierungen mit einer Mehrheit waren schwer zu bilden.",
)
INFLATION = explain(
    "Was ist Hyperinflation?",
    "Die **Hyperinflation** ist eine Geldentwertung, bei der die Preise von Tag zu Tag steigen.",
)
DICTATE = explain(
    "Warum lehnten viele Deutsche den Vertrag ab?",
    "Viele Deutsche lehnten den Vertrag ab, weil sie ihn als Diktat empfanden.",
)
VOTES = gap("Auf je 60.000 Stimmen entfiel ein Sitz.", "60.000")
YEARS = gap("Sie dauerte vierzehn Jahre, von 1918 bis 1933.", "vierzehn")
WALL = gap("Die Mauer war 155 Kilometer lang.", "155 Kilometer")
LEFT = gap("Zwischen 1949 und 1961 verließen rund 2,7 Millionen Menschen die DDR.", "2,7 Millionen")
PLAN = explain(
    "Was ist eine Planwirtschaft?",
    "Die **Planwirtschaft** ist eine Wirtschaftsordnung, in der eine staatliche Behörde festlegt, was und wie viel"
    " hergestellt wird.",
)
STRIKE = explain(
    "Warum legten die Bauarbeiter die Arbeit nieder?",
    "Die Bauarbeiter an der Stalinallee legten die Arbeit nieder, weil sie für denselben Lohn mehr leisten sollten.",
)
ORDER = explain(
    "Was war der Schießbefehl?",
    "Der **Schießbefehl** war die Anordnung an die Grenzsoldaten, Fluchtversuche notfalls mit der Schusswaffe zu"
    " verhindern.",
)
EMBASSIES = explain(
    "Warum gab es keine Botschaften?",
    "Sie richteten keine Botschaften, sondern Ständige Vertretungen ein, weil die Bundesrepublik die DDR nicht als"
    " Ausland ansah.",
)
ENZYMES = explain(
    "Was sind Enzyme?",
    "**Enzyme** sind Proteine, die chemische Reaktionen beschleunigen, ohne dabei verbraucht zu werden.",
)
MITOSIS = explain(
    "Was ist Mitose?",
    "Die **Mitose** ist die Teilung des Zellkerns, bei der zwei Tochterkerne mit gleichem Erbgut entstehen.",
)
OSMOSIS = explain(
    "Was ist Osmose?",
    "Die **Osmose** ist die Wanderung von Wasser durch eine halbdurchlässige Membran zur Seite mit der höheren"
    " Konzentration gelöster Stoffe.",
)
MEIOSIS = explain(
    "Wie viele Zellen entstehen bei der Meiose?",
    "Die **Meiose** dient der Bildung von Keimzellen.",
    "Aus einer diploiden Zelle entstehen vier haploide Zellen.",
)
HEAT = explain(
    "Warum verlieren Enzyme über 40 °C ihre Wirkung?",
    "Bei Temperaturen über 40 °C denaturieren die meisten Enzyme: Ihre räumliche Struktur zerfällt, und sie verlieren"
    " ihre Wirkung.",
)
DIFFUSION = explain(
    "Braucht Diffusion Energie?",
    "Sie beruht auf der Eigenbewegung der Teilchen und braucht keine Energie.",
)
GENE = explain(
    "Was ist ein Gen?", "Ein **Gen** ist ein Abschnitt der DNA, der die Information für ein Protein enthält."
)
CRISIS = items(
    "Welche Ursachen hatte die Krise?",
    "hohe Schulden im Westen",
    "veraltete Maschinen",
    "steigende Preise für sowjetisches Erdöl",
    "teure Sozialleistungen",
)
PHASES = items(
    "Welche vier Phasen hat sie?",
    "Prophase: Die Chromosomen verdichten sich.",
    "Metaphase: Die Chromosomen ordnen sich in der Äquatorialebene an.",
    "Anaphase: Die Schwesterchromatiden werden zu den Polen gezogen.",
    "Telophase: Um die Chromosomen bilden sich neue Kernhüllen.",
)

IN_GERMAN: list[tuple[Question, str, Verdict]] = [
    (WEIMAR, "weil Berlin zu unsicher war", RIGHT),
    (WEIMAR, "in Berlin war es zu gefährlich", RIGHT),
    (WEIMAR, "weil Weimar eine schöne Stadt ist", WRONG),
    (WEIMAR, "weil Berlin sicher war", WRONG),
    (DECREE, "eine Anordnung, die wie ein Gesetz gilt", RIGHT),
    (DECREE, "ein Gesetz, das ohne Beschluss des Parlaments gilt", RIGHT),
    (DECREE, "ein Befehl der Polizei", PARTLY),
    (DECREE, "eine Anordnung, die nicht wie ein Gesetz gilt", WRONG),
    (THRESHOLD, "weil es keine Sperrklausel gab und viele kleine Parteien im Reichstag waren", RIGHT),
    (THRESHOLD, "weil es so viele Parteien gab", PARTLY),
    (INFLATION, "wenn das Geld entwertet wird und die Preise täglich steigen", RIGHT),
    (INFLATION, "die Preise sinken von Tag zu Tag", WRONG),
    (DICTATE, "weil sie ihn für ein Diktat hielten", RIGHT),
    (DICTATE, "sie empfanden den Vertrag als ein Diktat", RIGHT),
    (VOTES, "sechzigtausend", RIGHT),
    (VOTES, "60 000", RIGHT),
    (VOTES, "60000", RIGHT),
    (VOTES, "sechstausend", WRONG),
    (YEARS, "14", RIGHT),
    (YEARS, "vierzehn Jahre", RIGHT),
    (YEARS, "vierzig", WRONG),
    (WALL, "hundertfünfundfünfzig km", RIGHT),
    (WALL, "155", RIGHT),
    (LEFT, "2.700.000", RIGHT),
    (LEFT, "27 Millionen", WRONG),
    (PLAN, "der Staat legt fest, was produziert wird", RIGHT),
    (PLAN, "eine Behörde des Staates bestimmt, was und wie viel hergestellt werden soll", RIGHT),
    (PLAN, "die Firmen entscheiden selbst", WRONG),
    (STRIKE, "weil sie mehr arbeiten mussten für das gleiche Geld", RIGHT),
    (STRIKE, "weil sie weniger leisten sollten", WRONG),
    (ORDER, "der Befehl an die Soldaten, auf Flüchtlinge zu schiessen", RIGHT),
    (ORDER, "die Anordnung, Fluchtversuche mit der Waffe zu verhindern", RIGHT),
    (EMBASSIES, "weil die BRD die DDR nicht als Ausland anerkannte", RIGHT),
    (EMBASSIES, "weil die BRD die DDR als Ausland ansah", WRONG),
    (ENZYMES, "Eiweisse, die Reaktionen schneller machen", RIGHT),
    (ENZYMES, "Proteine, die chemische Reaktionen verlangsamen", WRONG),
    (ENZYMES, "Proteine", PARTLY),
    (MITOSIS, "Teilung des Kerns in zwei gleiche Tochterkerne", RIGHT),
    (MITOSIS, "der Zellkern teilt sich, es entstehen 2 Kerne mit demselben Erbgut", RIGHT),
    (MITOSIS, "die Kernteilung, bei der vier Tochterkerne entstehen", PARTLY),
    (OSMOSIS, "Wasser wandert durch eine halbdurchlaessige Membran zur Seite mit mehr Stoffen", RIGHT),
    (OSMOSIS, "Wasser wandert zur Seite mit der niedrigeren Konzentration", WRONG),
    (OSMOSIS, "Zucker löst sich", WRONG),
    (MEIOSIS, "vier haploide", RIGHT),
    (MEIOSIS, "4", RIGHT),
    (MEIOSIS, "zwei", WRONG),
    (HEAT, "weil sie denaturieren", RIGHT),
    (HEAT, "ihre Struktur zerfällt", RIGHT),
    (DIFFUSION, "nein", RIGHT),
    (DIFFUSION, "ja, viel Energie", WRONG),
    (GENE, "ein Stück DNA mit der Information für ein Protein", RIGHT),
    (GENE, "ein DNA-Abschnitt, auf dem ein Eiweiß codiert ist", RIGHT),
    (CRISIS, "Schulden, alte Maschinen, teures Öl, Sozialleistungen", RIGHT),
    (CRISIS, "Schulden und Maschinen", PARTLY),
    (CRISIS, "die Mauer", WRONG),
    (PHASES, "Prophase Metaphase Anaphase Telophase", RIGHT),
    (PHASES, "Prophase, Anaphase", PARTLY),
]
