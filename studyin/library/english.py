"""The words of English that the search and the sentence splitter treat apart from those that carry a subject."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# They say nothing about the subject of a sentence.
STOP_WORDS = _set(
    """a about above after again all also although am an and any are aren't as at be because been before being below
    between both but by can can't cannot could did didn't do does doesn't doing don't down during each either else
    ever every few for from further get gets got had has hasn't have haven't having he her here hers herself him
    himself his how i i'd i'll i'm i've if in into is isn't it it's its itself just let let's like me might more most
    must my myself neither no nor not of off on once one only onto or other ought our ours ourselves out over own
    per please same shall she should so some such than that that's the their theirs them themselves then there there's
    these they they're this those though through thus to too under until up upon us very via was wasn't we were weren't
    what what's when where where's whether which while who whom whose why will with within without would you you'd
    you'll you're your yours yourself"""
)

# They frame a question about a subject, and are no part of the subject.
FRAME_WORDS = _set(
    """explain explained explains explanation describe described define defined definition meaning mean means tell
    know understand show give gives given list name state outline discuss summarise summarize summary overview
    difference differences differ compare compared comparison contrast versus vs example examples happen happens
    happened happening occur occurs occurring work works working detail details briefly simply simple terms words
    question questions answer answers teach learn learning study studying notes note material materials help want
    need use used uses using called call many much kind kinds type types way ways thing things important importance
    role main purpose exactly actually really basically quiz ask step steps stage stages
    find take takes taking place make makes made come comes go goes get look looks say says said think
    thinks thought everything anything something nothing someone anyone everybody somebody anybody teacher professor
    lecturer lecture friend exam class course book chapter asked asks answering walk understanding wonder sure idea
    concept concepts topic topics please thanks thank hello possible whole part parts"""
)

# Only English uses these so: with one of them a question reads as English, and its stop words may go. "was" and "in"
# alone do not: German has them too.
TELLTALES = _set(
    """the what what's how why which who whose when where is are does did do of and explain describe define state
    between tell about give list compare it its can you me my this that these those with for from summarise
    summarize summary overview"""
)

# After these a full stop ends no sentence, whatever follows.
NEVER_LAST = _set(
    """e.g i.e eg ie cf vs viz approx ca al fig figs eq eqs eqn ch chap sec no nos vol pp ref refs ed eds dr mr mrs ms
    prof st mt jr sr resp incl excl esp dept univ bzw z.b d.h u.a vgl nr abb p.ex"""
)

# These end a sentence where the next word starts with a capital.
OFTEN_LAST = _set("etc usw inc ltd co corp u.s u.k a.m p.m b.c a.d")

# They begin sentences often enough to tell "vitamin C. The" from "J. Smith".
OPENERS = _set(
    """the a an it its this that these those there they he she we you i in on at for from by with as if when while
    since because however but and so then thus therefore also both each all some most many no not to here what how
    why which who where once after before during"""
)
